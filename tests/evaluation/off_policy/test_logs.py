import doctest

import polars as pl
import pytest

import evaluation.off_policy.logs
from evaluation import LoggedImpression, OffPolicyError, PolicyChoice, count_choices
from evaluation.off_policy.logs import check_log, measure_unsupported
from tests.offers import draw_log, draw_policy

LOG = draw_log("""
    item | context | propensity | shown | clicked
    -----+---------+------------+-------+--------
    A    | web     | 0.5        | 30    | 1
    B    | app     | 0.5        | 10    | 1
""")
POLICY = draw_policy("""
    context | item | probability
    --------+------+------------
    web     | A    | 1
    app     | A    | 0.4
    app     | B    | 0.6
    wap     | Z    | 1
""")


def refuse(log: pl.DataFrame, policy: pl.DataFrame) -> str:
    with pytest.raises(OffPolicyError) as refused:
        check_log(log, policy, 0.2)
    return str(refused.value)


def test_examples() -> None:
    assert doctest.testmod(evaluation.off_policy.logs).failed == 0


def test_what_is_good_is_let_through_and_fits_the_tables() -> None:
    check_log(LoggedImpression.validate(LOG, cast=True), PolicyChoice.validate(POLICY, cast=True), 0.2)


def test_what_is_not_supported_counts_by_how_often_its_context_comes() -> None:
    assert measure_unsupported(LOG, POLICY) == pytest.approx(0.4 * 10 / 40)


def test_missing_and_misread_columns_are_all_named() -> None:
    told = refuse(LOG.drop("propensity").with_columns(clicked=pl.lit("yes")), POLICY.drop("item_id"))
    assert "the log has no column `propensity`: add it" in told
    assert "`clicked` of the log is String, not Boolean" in told
    assert "the new policy has no column `item_id`" in told


def test_a_position_shown_twice_in_a_round_is_refused() -> None:
    assert "repeats a round and position in 40 rows (the first: round 0, context web" in refuse(
        pl.concat([LOG, LOG]), POLICY
    )


def test_a_propensity_that_is_no_number_and_a_position_below_one_are_refused() -> None:
    told = refuse(LOG.with_columns(propensity=pl.lit(float("nan")), position=0), POLICY)
    assert "none that is a number in 40 rows" in told
    assert "a position below 1 in 40 rows" in told


def test_a_policy_that_is_silent_or_repeats_itself_is_refused() -> None:
    silent = POLICY.filter(pl.col("context") != "app")
    assert "says nothing of the context and position in 10 rows (the first: round 30, context app" in refuse(
        LOG, silent
    )
    told = refuse(LOG, pl.concat([POLICY, POLICY]))
    assert "repeats an item in its position in 4 rows" in told
    assert "do not add up to 1 in 3 positions" in told
    assert "a probability outside 0 to 1 in 4 rows" in refuse(LOG, POLICY.with_columns(probability=pl.lit(-1.0)))


def test_shares_are_sorted_and_add_up() -> None:
    shares = PolicyChoice.validate(count_choices(LOG.reverse()))
    assert shares.rows() == [("app", 1, "B", 1.0), ("web", 1, "A", 1.0)]
