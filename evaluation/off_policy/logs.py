"""Logs: what was shown and how likely that was, what a new policy would show, and what cannot be judged."""

from collections.abc import Iterator

import dataframely as dy
import polars as pl

PLACE = ("context", "position")


class OffPolicyError(ValueError):
    """The log, or the new policy, cannot be judged by."""


class LoggedImpression(dy.Schema):
    """One item that was shown in one position of one round."""

    round = dy.Int64(primary_key=True, description="Number of the answer; what it shows is drawn again as one")
    position = dy.Int64(primary_key=True, description="Place within the answer, from 1", min=1)
    context = dy.String(nullable=False, description="What a policy may look at, as the channel; one word if at nothing")
    item_id = dy.String(nullable=False, description="The item that was shown")
    propensity = dy.Float64(
        nullable=False, min_exclusive=0, max=1, description="Probability with which the policy in place shows it there"
    )
    clicked = dy.Bool(nullable=False, description="Whether it was clicked")


class PolicyChoice(dy.Schema):
    """One item that a policy may show in one position of one context. All of one position add up to 1."""

    context = dy.String(primary_key=True, description="What the policy looks at, in the words of the log")
    position = dy.Int64(primary_key=True, description="Place within the answer, from 1", min=1)
    item_id = dy.String(primary_key=True, description="The item")
    probability = dy.Float64(nullable=False, min=0, max=1, description="Probability with which it is shown there")


def count_choices(log: pl.DataFrame) -> dy.DataFrame[PolicyChoice]:
    """Count what a policy shows in its own log: its shares of the items in each position of each context.

    For a policy that ran somewhere and tells no probabilities. The shares are estimates themselves, and no interval
    knows of that. `log` needs the columns context, position and item_id. Sorted by all three.

    >>> log = pl.DataFrame({"context": ["web"] * 4, "position": [1, 1, 1, 2], "item_id": ["a", "a", "b", "b"]})
    >>> count_choices(log).rows()
    [('web', 1, 'a', 0.6666666666666666), ('web', 1, 'b', 0.3333333333333333), ('web', 2, 'b', 1.0)]
    """
    counted = log.group_by(*PLACE, "item_id").len()
    shares = counted.with_columns(probability=pl.col("len") / pl.col("len").sum().over(PLACE))
    return PolicyChoice.cast(shares.sort(*PLACE, "item_id"))


def check_log(log: pl.DataFrame, policy: pl.DataFrame, most_unsupported: float) -> None:
    """Raise OffPolicyError with all faults at once if the policy cannot be judged by the log."""
    faults = [*_find_bad_columns(log, LoggedImpression, "log"), *_find_bad_columns(policy, PolicyChoice, "new policy")]
    if not faults:
        faults = [*_find_bad_rows(log), *_find_bad_choices(policy), *_find_gaps(log, policy, most_unsupported)]
    if faults:
        raise OffPolicyError("The new policy cannot be judged by this log: " + "; ".join(faults) + ".")


def _find_bad_columns(table: pl.DataFrame, schema: type[dy.Schema], name: str) -> Iterator[str]:
    for column, wanted in schema.columns().items():
        if column not in table.columns:
            yield f"the {name} has no column `{column}`: add it"
        elif not _fits(table.schema[column], wanted.dtype):
            kind = f"{table.schema[column]}, not {wanted.dtype}"
            yield f"`{column}` of the {name} is {kind}: convert it before"


def _fits(found: pl.DataType, wanted: pl.DataType) -> bool:
    whole = found.is_integer()
    return found == wanted or (whole and wanted == pl.Int64()) or (found.is_numeric() and wanted == pl.Float64())


def _find_bad_rows(log: pl.DataFrame) -> Iterator[str]:
    if log.is_empty():
        yield "nothing is logged: log what is shown, with its propensity, and come back"
    yield from _find_missing(log, LoggedImpression, "log")
    propensity, position = pl.col("propensity"), pl.col("position")
    tells = "the log tells"
    yield from _count(log, propensity <= 0, f"{tells} a propensity of 0 or less: what was shown had a chance")
    beyond = (propensity > 1) | propensity.is_nan()
    yield from _count(log, beyond, f"{tells} a propensity above 1, or none that is a number: give a share up to 1")
    yield from _count(log, position < 1, f"{tells} a position below 1: number positions from 1")
    doubled = ~pl.struct("round", "position").is_first_distinct()
    yield from _count(log, doubled, "the log repeats a round and position: one position shows one item")


def _find_bad_choices(policy: pl.DataFrame) -> Iterator[str]:
    yield from _find_missing(policy, PolicyChoice, "new policy")
    outside = ~pl.col("probability").is_between(0, 1)
    yield from _count(policy, outside, "the new policy has a probability outside 0 to 1: give shares")
    doubled = ~pl.struct(*PLACE, "item_id").is_first_distinct()
    yield from _count(policy, doubled, "the new policy repeats an item in its position: add the two up")
    sums = policy.group_by(PLACE).agg(pl.col("probability").sum())
    uneven = (pl.col("probability") - 1).abs() > 1e-6
    yield from _count(sums, uneven, "the new policy's probabilities do not add up to 1: scale them", "positions")


def _find_missing(table: pl.DataFrame, schema: type[dy.Schema], name: str) -> Iterator[str]:
    for column in schema.column_names():
        yield from _count(
            table, pl.col(column).is_null(), f"`{column}` of the {name} is missing: fill it in, or leave the round out"
        )


def _find_gaps(log: pl.DataFrame, policy: pl.DataFrame, most_unsupported: float) -> Iterator[str]:
    """Find impressions about which the policy says nothing, and choices about which the log says nothing."""
    silent = log.join(policy, on=PLACE, how="anti")
    yield from _count(
        silent,
        pl.col("position") >= 1,
        "the new policy says nothing of the context and position: add what it shows there",
    )
    unsupported = measure_unsupported(log, policy)
    if unsupported > most_unsupported:
        yield (
            f"{unsupported:.1%} of what the new policy would show was never shown in that context and position, so "
            f"nobody knows how it does (at most {most_unsupported:.1%} may be so, `most_unsupported`): "
            "show it to some first, or take it out of the new policy"
        )


def measure_unsupported(log: pl.DataFrame, policy: pl.DataFrame) -> float:
    """Measure the share of the new policy's impressions, over the log's contexts and positions, that it never shows."""
    places = log.group_by(PLACE).len()
    shown = log.select(*PLACE, "item_id").unique()
    unknown = policy.join(shown, on=[*PLACE, "item_id"], how="anti").join(places, on=PLACE).sort(*PLACE, "item_id")
    missing = unknown.select((pl.col("probability") * pl.col("len")).sum()).item()
    return float(missing / log.height) if log.height else 0.0


def _count(table: pl.DataFrame, fault: pl.Expr, told: str, unit: str = "rows") -> Iterator[str]:
    """Say in how many rows a fault stands, and where it stands first; nothing if in none."""
    rows = (
        table.select(fault.fill_null(False).arg_true()).to_series() if table.height else pl.Series([], dtype=pl.Int64)
    )
    if len(rows):
        found, (fault_told, way_out) = table.row(int(rows[0]), named=True), told.split(": ", 1)
        place = ", ".join(f"{key} {found[key]}" for key in ("round", *PLACE) if key in found)
        yield f"{fault_told} in {len(rows)} {unit} (the first: {place}): {way_out}"
