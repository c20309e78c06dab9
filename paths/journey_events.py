"""The events of journeys: which event belongs to which way towards an order, and what it did to the cart."""

from datetime import timedelta

import dataframely as dy
import polars as pl

from ingest import STAGE_OF_EVENT, Sessioned

CART_SIGNS = {"add_to_cart": 1, "remove_from_cart": -1}


def follow_journeys(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], quiet: timedelta) -> pl.LazyFrame:
    """Number the journeys and give each of their events, by person and time.

    Adds `journey` (unique over all persons), `held` (pieces of the event's item in the cart after it; null unless the
    event changes the cart) and `emptied` (the event took the last piece out of the cart).
    """
    opener = (pl.col("stage") == "page") | (pl.col("name") == "add_to_cart")
    openers = opener.cast(pl.Int64).cum_sum()
    begins = pl.col("begins")
    return (
        _follow_carts(_mark_rounds(_pick_shopping(sessioned), quiet))
        .with_columns(begins=begins | pl.col("emptied").shift(1, fill_value=False))
        .with_columns(journey=begins.cast(pl.Int64).cum_sum())
        .filter(openers > pl.when(begins).then(openers - opener.cast(pl.Int64)).forward_fill())
    )


def _pick_shopping(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.LazyFrame:
    """Keep people's events that have a stage, by person and time; ties by session, step and event."""
    stage_of_name = pl.col("name").replace_strict(STAGE_OF_EVENT, default=None, return_dtype=pl.String)
    return (
        sessioned.lazy()
        .filter(pl.col("robot").is_null())
        .with_columns(stage=pl.coalesce("stage", stage_of_name))
        .filter(pl.col("stage").is_not_null())
        .select("person_id", "occurred_at", "session_id", "step", "event_id", "channel", "name", "stage", "page",
                "item_id", "quantity", "price")
        .sort("person_id", "occurred_at", "session_id", "step", "event_id")
    )  # fmt: skip


def _mark_rounds(shopping: pl.LazyFrame, quiet: timedelta) -> pl.LazyFrame:
    """Mark where a purchase, a silence or another person ends what went before; a round is what lies between."""
    person, time = pl.col("person_id"), pl.col("occurred_at")
    begins = (
        person.ne_missing(person.shift(1))
        | (time - time.shift(1) > quiet)
        | (pl.col("stage").shift(1) == "purchase")
    )  # fmt: skip
    return shopping.with_columns(begins=begins).with_columns(round=pl.col("begins").cast(pl.Int64).cum_sum())


def _follow_carts(shopping: pl.LazyFrame) -> pl.LazyFrame:
    """Follow what each item's pieces in the cart come to within a round.

    What is taken out beyond what is in does not count: pieces = S − min(0, least S so far), S the running sum of
    changes (Lindley, 1952).
    """
    rows = shopping.with_row_index("row")
    item = ["round", "item_id"]
    sign = pl.col("name").replace_strict(CART_SIGNS, default=None, return_dtype=pl.Int64)
    held = pl.col("sum") - pl.min_horizontal(0, pl.col("sum").cum_min().over(item))
    carts = (
        rows.select("row", *item, change=sign * pl.col("quantity").fill_null(1))
        .filter(pl.col("change").is_not_null())
        .with_columns(sum=pl.col("change").cum_sum().over(item))
        .with_columns(held=held)
        .with_columns(change=pl.col("held") - pl.col("held").shift(1, fill_value=0).over(item))
        .with_columns(emptied=(pl.col("change") < 0) & (pl.col("change").cum_sum().over("round") == 0))
        .select("row", "held", "emptied")
    )
    joined = rows.join(carts, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.col("emptied").fill_null(value=False)).drop("row", "round")


def find_carts(events: pl.LazyFrame, prices: pl.LazyFrame | None) -> pl.LazyFrame:
    """Find what each journey's cart holds at the end, and what it is worth; no row for a journey without a cart.

    A piece is worth its item's last price in the journey's cart events, else its `price` in `prices`, else nothing.
    """
    known = pl.LazyFrame(schema={"item_id": pl.String, "price": pl.Float64}) if prices is None else prices
    worth = pl.coalesce("price", "price_known", pl.lit(0.0))
    return (
        events.filter(pl.col("held").is_not_null())
        .group_by("journey", "item_id")
        .agg(pl.col("held").last(), pl.col("price").drop_nulls().last())
        .join(known.select("item_id", "price"), on="item_id", how="left", suffix="_known")
        .sort("journey", "item_id")
        .group_by("journey", maintain_order=True)
        .agg(items_left=pl.col("held").sum(), value_left=(pl.col("held") * worth).sum())
    )
