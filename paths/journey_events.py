"""The events of journeys: which event belongs to which way towards an order, and what it did to the cart."""

from datetime import timedelta

import dataframely as dy
import numpy as np
import polars as pl

from ingest import STAGE_OF_EVENT, Sessioned
from paths.carts import follow_carts
from paths.numbering import Bools, Ints, mark_run_ends, mark_runs, number_values
from paths.row_order import order_rows

MICROSECOND = timedelta(microseconds=1)
CART_SIGNS = {"add_to_cart": 1, "remove_from_cart": -1}
TIE_ORDER = ["session_id", "step", "event_id"]


def follow_journeys(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta) -> pl.DataFrame:
    """Number the journeys and give each of their events; a journey's events stand together, in the order of time.

    Adds `journey` (unique over all persons), `held` (pieces of the event's item in the cart after it; null unless the
    event changes the cart) and `emptied` (the event took the last piece out of the cart).
    """
    shopping = _pick_shopping(sessioned)
    person, time = number_values(shopping["person_id"]).codes, shopping["occurred_at"].dt.epoch("us").to_numpy()
    order = _order_by_time(shopping, person, time - time.min(initial=0))
    shopping, person, time = shopping[order], person[order], time[order]
    begins = _mark_rounds(person, time, shopping["stage"], quiet)
    shopping, emptied = _follow_changes(shopping, np.cumsum(begins))
    begins[1:] |= emptied[:-1]
    opener = ((shopping["stage"] == "page") | (shopping["name"] == "add_to_cart")).to_numpy()
    journey = np.cumsum(begins)
    openers = np.cumsum(opener)
    opened = openers > (openers - opener)[begins][journey - 1]
    return shopping.with_columns(journey=journey, emptied=emptied).filter(opened)


def _pick_shopping(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.DataFrame:
    """Keep people's events that have a stage."""
    stage_of_name = pl.col("name").replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)
    columns = [
        "person_id",
        "occurred_at",
        *TIE_ORDER,
        "channel",
        "name",
        "stage",
        "page",
        "item_id",
        "quantity",
        "price",
    ]
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null())
        .with_columns(stage=pl.coalesce("stage", stage_of_name))
        .filter(pl.col("stage").is_not_null())
        .select(columns)
        .collect()
    )


def _order_by_time(shopping: pl.DataFrame, person: Ints, time: Ints) -> Ints:
    """Order events by person and time; ties by session, step and event, whatever the order of the rows."""
    order = np.arange(person.size)[order_rows([person, time])]
    who, when = person[order], time[order]
    alone = (mark_runs(who) | mark_runs(when)) & (mark_run_ends(who) | mark_run_ends(when))
    places = np.flatnonzero(~alone)
    tied = shopping[order[places]].select(pl.Series("person", who[places]), "occurred_at", *TIE_ORDER)
    order[places] = order[places][tied.with_row_index("row").sort(tied.columns)["row"].to_numpy()]
    return order


def _mark_rounds(person: Ints, time: Ints, stage: pl.Series, quiet: timedelta) -> Bools:
    """Mark where a purchase, a silence or another person ends what went before."""
    begins = mark_runs(person)
    begins[1:] |= np.diff(time) > quiet // MICROSECOND
    begins[1:] |= (stage == "purchase").to_numpy()[:-1]
    return begins


def _follow_changes(shopping: pl.DataFrame, cart: Ints) -> tuple[pl.DataFrame, Bools]:
    """Follow the carts of all rounds: add `held` where the cart changes, and mark where it is emptied."""
    sign = pl.col("name").replace_strict(CART_SIGNS, default=None, return_dtype=pl.Int64)
    change = shopping.select(sign * pl.col("quantity").fill_null(1)).to_series()
    rows = np.flatnonzero(change.is_not_null())
    item = number_values(shopping["item_id"].gather(rows).fill_null("")).codes
    held, emptied = np.full(change.len(), -1), np.zeros(change.len(), np.bool_)
    held[rows], emptied[rows] = follow_carts(cart[rows], item, change.drop_nulls().to_numpy())
    return shopping.with_columns(held=pl.Series(held).replace(-1, None)), emptied
