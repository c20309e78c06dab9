"""What is true of the position model, whatever was shown and clicked."""

from random import Random

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from recommend import Attraction, Examination, Impression, PositionSettings, fit_positions
from recommend.layout.connections import find_groups

Cells = dict[tuple[str, str], tuple[int, int]]

KEYS = st.tuples(st.sampled_from("stu"), st.sampled_from("abc"))
COUNTS = st.integers(0, 5).flatmap(lambda clicked: st.tuples(st.integers(max(clicked, 1), 60), st.just(clicked)))
CELLS = st.dictionaries(KEYS, COUNTS, max_size=9)
lawful = settings(deadline=None)


def tell(cells: Cells) -> pl.DataFrame:
    rows = [(slot, item, shown, clicked, None) for (slot, item), (shown, clicked) in cells.items()]
    names = ["slot", "item_id", "shown", "clicked", "propensity"]
    schema = dict(zip(names, [pl.String, pl.String, pl.Int64, pl.Int64, pl.Float64], strict=True))
    return Impression.cast(pl.DataFrame(rows, schema=schema, orient="row"))


def lay_out(cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    slots, items = (sorted({key[place] for key in cells}) for place in (0, 1))
    shown, clicked = np.zeros((len(slots), len(items))), np.zeros((len(slots), len(items)))
    for (slot, item), counts in cells.items():
        shown[slots.index(slot), items.index(item)], clicked[slots.index(slot), items.index(item)] = counts
    live = np.ix_(clicked.sum(axis=1) > 0, clicked.sum(axis=0) > 0)
    return shown[live], clicked[live]


def has_positive_table(shown: np.ndarray, clicked: np.ndarray) -> bool:
    """Look by linear programming for a table that is positive wherever something was shown, with the clicks' margins."""
    cells = np.argwhere(shown > 0)
    margins = [np.append(cells[:, 0] == row, 0) for row in range(len(shown))]
    margins += [np.append(cells[:, 1] == column, 0) for column in range(shown.shape[1])]
    least = np.hstack([-np.eye(len(cells)), np.ones((len(cells), 1))])
    found = linprog(
        -np.eye(len(cells) + 1)[-1], A_ub=least, b_ub=np.zeros(len(cells)), A_eq=np.array(margins, float),
        b_eq=np.concatenate([clicked.sum(axis=1), clicked.sum(axis=0)]), bounds=(0, None),
    )  # fmt: skip
    return bool(-found.fun > 1e-9)


@lawful
@given(CELLS)
def test_one_group_is_what_has_a_largest_likelihood_inside_and_hangs_together(cells: Cells) -> None:
    shown, clicked = lay_out(cells)
    if not len(shown):
        return
    joined = np.linalg.matrix_rank(_incidence(shown)) == sum(shown.shape) - 1
    assert (find_groups(shown, clicked).slots.max() == 0) == (joined and has_positive_table(shown, clicked))


def _incidence(shown: np.ndarray) -> np.ndarray:
    cells = np.argwhere(shown > 0)
    return np.hstack([np.eye(shown.shape[0])[cells[:, 0]], -np.eye(shown.shape[1])[cells[:, 1]]])


@lawful
@given(CELLS)
def test_tables_keep_their_schemas_and_intervals_hold_the_estimate(cells: Cells) -> None:
    model = fit_positions(tell(cells), PositionSettings())
    for table, schema, value in (
        (model.examination, Examination, "examination"),
        (model.attraction, Attraction, "attraction"),
    ):
        schema.validate(table)
        assert table.filter(pl.col(value).is_null() != pl.col("group").is_null()).is_empty()
        assert table.filter(~pl.col(value).is_between("low", "high")).is_empty()


@lawful
@given(CELLS)
def test_each_group_reaches_the_largest_likelihood(cells: Cells) -> None:
    """The gradient in the logarithms is the clicks' margins less the fitted ones: 0, and the likelihood is concave."""
    model = fit_positions(tell(cells), PositionSettings())
    told = tell(cells).join(model.examination, on="slot", suffix="_s").join(model.attraction, on="item_id", suffix="_i")
    same = told.filter(pl.col("group") == pl.col("group_i"))
    fitted = same.with_columns(fitted=pl.col("shown") * pl.col("examination") * pl.col("attraction"))
    for name in ("slot", "item_id"):
        sums = fitted.group_by(name).agg(pl.col("fitted").sum(), pl.col("clicked").sum())
        np.testing.assert_allclose(sums["fitted"], sums["clicked"], rtol=1e-6)


@lawful
@given(CELLS, st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_how_they_are_added_up_matters(cells: Cells, chance: Random) -> None:
    rows = [(*key, shown, clicked) for key, (shown, clicked) in cells.items()]
    chance.shuffle(rows)
    mixed = {(slot, item): (shown, clicked) for slot, item, shown, clicked in rows}
    whole, other = (fit_positions(tell(told), PositionSettings()) for told in (cells, mixed))
    twice = fit_positions(Impression.cast(pl.concat([tell(cells), tell(cells)])), PositionSettings())
    assert whole.examination.equals(other.examination)
    assert whole.attraction.equals(other.attraction)
    assert twice.apart == whole.apart
