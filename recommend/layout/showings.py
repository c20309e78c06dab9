"""Showings: what logs tell of what was shown where, and what came of it."""

from datetime import timedelta
from typing import NamedTuple

import dataframely as dy
import msgspec
import polars as pl

from ingest import Order, Sessioned
from recommend.layout.impressions import Impression

SHOWN = ("view_item_list", "view_promotion")
CLICKED = ("select_item", "select_promotion")
ANSWER = ("session_id", "page", "recommendation_id")
"""What one answer is: all that one visit was shown of one page under one recommendation id."""
SHOWING = (*ANSWER, "slot", "item_id")


class ShowingSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the logs counts as come of a showing."""

    bought_hours: float = 24.0
    """Hours after the click within which an order of the product counts as come of it. A day, as for baskets."""

    def __post_init__(self) -> None:
        """Refuse hours that are not above 0."""
        if not self.bought_hours > 0:
            raise ValueError(f"The settings of showings are wrong: `bought_hours` is {self.bought_hours}: give hours.")


class Showing(dy.Schema):
    """One item in one slot of one answer that one visit was shown."""

    session_id = dy.String(primary_key=True, description="The visit")
    page = dy.String(primary_key=True, description="The page; (unknown) where the log does not tell")
    recommendation_id = dy.String(primary_key=True, description="The answer; (none) where the log does not tell")
    slot = dy.String(primary_key=True, description="The place: slot:position, or the one of them that is told")
    item_id = dy.String(primary_key=True, description="The product")
    person_id = dy.String(nullable=False, description="The customer if known, else the visitor")
    shown_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="When it was shown first")
    channel = dy.String(nullable=False, description="Where: web (web hall, 网厅), wap, or app (手厅)")
    position = dy.Int64(nullable=True, min=1, description="Rank within the slot; null: not told")
    propensity = dy.Float64(
        nullable=True, min_exclusive=0, max=1, description="Chance with which it was put there; null: nobody drew"
    )
    clicked = dy.Bool(nullable=False, description="Whether it was clicked on there")
    bought = dy.Bool(nullable=False, description="Whether that click was the last one before its person ordered it")


class Showings(NamedTuple):
    """The showings of people, and the events that tell of none."""

    table: dy.DataFrame[Showing]
    left_out: dict[str, int]
    """Reason → events: by robots, without a place, shown again, clicked again, clicked but never shown."""


def collect_showings(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    orders: dy.DataFrame[Order],
    settings: ShowingSettings,
) -> Showings:
    """Collect what people were shown: events that show a list or promotion, joined to clicks and orders.

    A showing is an event `view_item_list` or `view_promotion` with an item and a slot or position; a click is
    `select_item` or `select_promotion`. They belong together by visit, page, recommendation id, item and place; a click
    without a place takes the one place that its item had in that answer. What one visit is shown again of one answer
    counts once, and so do several clicks on it. A click without its showing is left out, since nobody knows what else
    was seen; of a page half seen only the places that the log shows count. It does not matter which came first, since
    beacons arrive late. An order comes of the last click that its person made on the item before it, if that is no
    longer than `bought_hours` ago; of several clicks on one showing the first counts. Robots are left out. Sorted by
    the key.
    """
    told = _read_events(sessioned)
    people = told.filter(pl.col("robot").is_null())
    placed = people.filter(pl.col("shows"), pl.col("slot").is_not_null())
    shown = placed.sort(*SHOWING, "at", "propensity", "channel", nulls_last=True).unique(
        SHOWING, keep="first", maintain_order=True
    )
    clicks = _place_clicks(people.filter(~pl.col("shows")), shown)
    once = clicks.group_by(SHOWING).agg(clicked_at=pl.col("at").min())
    met = shown.join(once, on=SHOWING, how="left", maintain_order="left")
    missed = clicks.join(shown, on=SHOWING, how="anti").height
    table = _join_orders(met, orders, settings).with_columns(clicked=pl.col("clicked_at").is_not_null())
    left_out = {
        "by robots": told.height - people.height,
        "shown without a place": int((people["shows"] & people["slot"].is_null()).sum()),
        "shown again": placed.height - shown.height,
        "clicked again": clicks.height - missed - int(table["clicked"].sum()),
        "clicked but never shown": missed,
    }
    return Showings(Showing.cast(table.rename({"at": "shown_at"}).sort(SHOWING)), left_out)


def count_showings(showings: dy.DataFrame[Showing], page: str) -> dy.DataFrame[Impression]:
    """Count the showings of one page by slot, item and propensity. Sorted by them."""
    there = showings.filter(pl.col("page") == page)
    counted = there.group_by("slot", "item_id", "propensity").agg(shown=pl.len(), clicked=pl.col("clicked").sum())
    return Impression.cast(counted.sort("slot", "item_id", "propensity", nulls_last=True))


def _read_events(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.DataFrame:
    """Read the events that show an item or click on one shown, each with its place."""
    place = pl.when(pl.col("slot").is_not_null() & pl.col("position").is_not_null()).then(
        pl.concat_str("slot", "position", separator=":")
    )
    return (
        sessioned.lazy()
        .filter(pl.col("name").is_in([*SHOWN, *CLICKED]), pl.col("item_id").is_not_null())
        .select(
            "session_id", "item_id", "person_id", "channel", "position", "propensity", "robot",
            page=pl.col("page").fill_null("(unknown)"),
            recommendation_id=pl.col("recommendation_id").fill_null("(none)"),
            slot=place.otherwise(pl.coalesce("slot", pl.col("position").cast(pl.String))),
            at="occurred_at",
            shows=pl.col("name").is_in(SHOWN),
        )
        .collect()
    )  # fmt: skip


def _place_clicks(clicks: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """Give clicks without a place the one that their item had in the answer, if it had one alone."""
    homes = shown.group_by(*ANSWER, "item_id").agg(home=pl.when(pl.len() == 1).then(pl.col("slot").first()))
    placed = clicks.join(homes, on=[*ANSWER, "item_id"], how="left").with_columns(slot=pl.coalesce("slot", "home"))
    return placed.select(*SHOWING, "at")


def _join_orders(shown: pl.DataFrame, orders: dy.DataFrame[Order], settings: ShowingSettings) -> pl.DataFrame:
    """Mark the showings whose click was the last one on an order's item by its person before they placed it.

    Of clicks at the same time the last showing by its key counts. One order is one sale, however many clicks led to it.
    """
    rows = shown.with_row_index("row")
    same, key = ["person_id", "item_id"], ["person_id", "item_id", "clicked_at"]
    clicks = rows.filter(pl.col("clicked_at").is_not_null()).sort("clicked_at", "row").select("row", *key)
    sales = orders.select(*same, "ordered_at").unique().sort("ordered_at", *same)
    credited = sales.join_asof(
        clicks.unique(key, keep="last", maintain_order=True), left_on="ordered_at", right_on="clicked_at", by=same,
        strategy="backward", tolerance=timedelta(hours=settings.bought_hours), check_sortedness=False,
    )  # fmt: skip
    bought = credited["row"].drop_nulls().unique()
    return rows.with_columns(bought=pl.col("row").is_in(bought.implode())).drop("row")
