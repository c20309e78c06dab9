"""Matching: which events are good for which steps, and which of them break a chain."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

import dataframely as dy
import polars as pl

from ingest import ORDER, Sessioned
from paths.funnels.definition import FunnelDefinition
from paths.funnels.filters import Condition, EventFilter

BITS = (pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64)
COLUMN_OF_SCOPE = {"visitor": "visitor_id", "customer": "person_id", "session": "session_id", "cart": "cart"}


def match_events(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned] | pl.LazyFrame, funnel: FunnelDefinition
) -> pl.DataFrame:
    """Keep people's events that matter to a funnel: one row an event, in the order given.

    `entrant`, `time` (µs since 1970); `good`: bit k says that it is good for step k (from 0); `shut`: bit k says that
    exclusion k shuts it out. In a strict funnel every event matters, else those with any bit. Events without a value
    of a property that is held take no part; `hold 0` … are those values. Also `segment`, the breakdown's value, and
    the columns of `ORDER`, where the funnel needs them.
    """
    good = _set_bits(reduce(or_, map(meets, step.choices)) for step in funnel.steps)
    shut = _set_bits(map(meets, funnel.exclude))
    entrant = pl.col(COLUMN_OF_SCOPE[funnel.scope])
    columns = {"entrant": entrant, "time": pl.col("occurred_at").dt.epoch("us"), "good": good}
    columns |= {"shut": shut} if funnel.exclude else {}
    columns |= {f"hold {number}": pl.col(column) for number, column in enumerate(funnel.held)}
    columns |= {name: pl.col(name) for name in ORDER[1:] if needs_order(funnel)}
    columns |= {"segment": pl.col(funnel.breakdown).cast(pl.String)} if funnel.breakdown else {}
    matters = [pl.col("good") > 0, *([pl.col("shut") > 0] if funnel.exclude else [])]
    known = [pl.col(column).is_not_null() for column in (*funnel.held, *(["cart"] if funnel.scope == "cart" else []))]
    people = sessioned.lazy().filter(pl.col("robot").is_null(), *known).select(**columns)
    return (people if funnel.order == "strict" else people.filter(pl.any_horizontal(matters))).collect()


def needs_order(funnel: FunnelDefinition) -> bool:
    """Tell whether it matters which of several events of one moment took a step."""
    return funnel.ties == "arrival" or funnel.breakdown is not None


def _set_bits(tests: Iterable[pl.Expr]) -> pl.Expr:
    """Set one bit for each test that an event passes, in the narrowest column of bits there is room in."""
    passed = [*tests]
    bits = BITS[next(place for place in range(len(BITS)) if len(passed) <= 8 << place)]
    set_bits = [test.fill_null(value=False).cast(bits) * pl.lit(1 << place, bits) for place, test in enumerate(passed)]
    return reduce(or_, set_bits) if set_bits else pl.lit(0, bits)


def meets(wanted: EventFilter) -> pl.Expr:
    """Tell whether an event passes a filter."""
    equal = [pl.col(column) == value for column, value in wanted.conditions.items()]
    return reduce(and_, [*equal, *map(_holds, wanted.where)])


def _holds(condition: Condition) -> pl.Expr:
    """Tell whether a property is what it must be; an unknown value is not."""
    value, tests = pl.col(condition.column), []
    if condition.at_least is not None:
        tests.append(value >= condition.at_least)
    if condition.at_most is not None:
        tests.append(value <= condition.at_most)
    if condition.is_in is not None:
        tests.append(value.is_in(list(condition.is_in)))
    if condition.is_not is not None:
        tests.append(value != condition.is_not)
    return reduce(and_, tests)
