"""The events of journeys: which event belongs to which way towards an order, and what it did to the cart."""

from datetime import timedelta

import dataframely as dy
import numpy as np
import polars as pl

from ingest import CHANNELS, STAGE_OF_EVENT, STAGES, Sessioned
from paths.carts.contents import follow_carts
from paths.rows.numbering import Bools, Ints, mark_run_ends, mark_runs, number_values
from paths.rows.order import order_rows

MICROSECOND = timedelta(microseconds=1)
NO_CHANGE = -1
CART_SIGNS = {"add_to_cart": 1, "remove_from_cart": -1}
TIE_ORDER = ["session_id", "step", "event_id"]


def follow_journeys(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta) -> pl.DataFrame:
    """Number the journeys and give each of their events; a journey's events stand together, in the order of time.

    Adds `journey` (unique over all persons), `held` (pieces of the event's item in the cart after it; null unless the
    event changes the cart) and `emptied` (the event took the last piece out of the cart).
    """
    return follow_rounds(sessioned, quiet).filter("opened").drop("opened")


def follow_rounds(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta) -> pl.DataFrame:
    """Do the same for all shopping events; `opened` is false for those before any look at a product or add to cart."""
    shopping = _pick_shopping(sessioned)
    person, time = number_values(shopping["person_id"]).codes, shopping["occurred_at"].dt.epoch("us").to_numpy()
    order = _order_by_time(shopping, person, time - time.min(initial=0))
    shopping, person, time = shopping.drop("event_id")[order], person[order], time[order]
    begins = _mark_rounds(person, time, shopping["stage"], quiet)
    held, emptied = _follow_changes(shopping["item_id"], shopping["change"], np.cumsum(begins))
    begins[1:] |= emptied[:-1]
    journey, opener = np.cumsum(begins), shopping["opener"].to_numpy()
    openers = np.cumsum(opener)
    opened = pl.Series("opened", openers > (openers - opener)[begins][journey - 1])
    return shopping.drop("change", "opener").with_columns(held, opened, journey=journey, emptied=emptied)


def _pick_shopping(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.DataFrame:
    """Keep people's events that have a stage; tell what opens a journey, and by how many pieces the cart changes."""
    name, stage = pl.col("name"), pl.col("stage")
    stage_of_name = name.replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)
    sign = name.replace_strict(CART_SIGNS, default=None, return_dtype=pl.Int64)
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null())
        .with_columns(pl.coalesce(stage, stage_of_name).cast(pl.Enum(STAGES)))
        .filter(stage.is_not_null())
        .with_columns(opener=(stage == "page") | (name == "add_to_cart"), change=sign * pl.col("quantity").fill_null(1))
        .with_columns(pl.col("channel").cast(pl.Enum(CHANNELS)))
        .select(
            "person_id",
            "occurred_at",
            *TIE_ORDER,
            "channel",
            "device",
            "stage",
            "page",
            "item_id",
            "price",
            "opener",
            "change",
        )
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


def _follow_changes(items: pl.Series, change: pl.Series, cart: Ints) -> tuple[pl.Series, Bools]:
    """Follow the carts of all rounds: what is held where the cart changes, and where it is emptied."""
    rows = np.flatnonzero(change.is_not_null())
    item = number_values(items.gather(rows).fill_null("")).codes
    held, emptied = np.full(change.len(), NO_CHANGE), np.zeros(change.len(), np.bool_)
    held[rows], emptied[rows] = follow_carts(cart[rows], item, change.drop_nulls().to_numpy())
    return pl.Series("held", held).replace(NO_CHANGE, None), emptied
