"""Page risks: which pages those saw who gave their carts up."""

import dataframely as dy
import polars as pl

from ingest import Sessioned
from paths.carts.journeys import GIVEN_UP, Journey
from paths.evidence import compare_shares
from serving import find_q_values


class PageRisk(dy.Schema):
    """One page on one channel: carts of those who saw it beside carts of those who did not."""

    page = dy.String(primary_key=True, description="The page")
    channel = dy.String(primary_key=True, description="Channel of the carts' last event")
    saw = dy.Int64(nullable=False, min=1, description="Carts whose customers saw the page on the way")
    gave_up = dy.Int64(nullable=False, min=0, description="Of those: given up")
    others = dy.Int64(nullable=False, min=1, description="Carts whose customers did not see it")
    others_gave_up = dy.Int64(nullable=False, min=0, description="Of those: given up")
    difference = dy.Float64(nullable=False, min=-1, max=1, description="Share given up, less that of the others")
    low = dy.Float64(nullable=False, min=-1, max=1, description="Lower 95 % bound of the difference (Newcombe)")
    high = dy.Float64(nullable=False, min=-1, max=1, description="Upper 95 % bound of the difference (Newcombe)")
    q_value = dy.Float64(
        nullable=False, min=0, max=1, description="Share of false finds if all down to it are believed"
    )


def weigh_pages(
    sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    journeys: dy.LazyFrame[Journey] | dy.DataFrame[Journey],
) -> dy.DataFrame[PageRisk]:
    """Weigh each page: of the carts whose customers saw it, the share given up, against the others of the channel.

    A page counts as seen from the journey's first to its last event, whatever its stage; not the page of the purchase
    itself, which none but buyers see. Bought and given-up carts count; open ones do not, nor do looks that never
    came to a cart. Pages that all saw tell nothing and are left out. The greatest lower bound of the difference first,
    ties by page and channel. It tells what went together, not what was the cause.
    """
    ended = journeys.lazy().filter(pl.col("state") != "open", pl.col("stage") != "page")
    carts = ended.with_columns(lost=pl.col("state").is_in(GIVEN_UP))
    of_channel = carts.group_by("channel").agg(all=pl.len(), all_lost=pl.col("lost").sum())
    counted = (
        _list_seen(sessioned, carts)
        .group_by("page", "channel")
        .agg(saw=pl.len(), gave_up=pl.col("lost").sum())
        .join(of_channel, on="channel")
        .filter(pl.col("saw") < pl.col("all"))
        .with_columns(others=pl.col("all") - pl.col("saw"), others_gave_up=pl.col("all_lost") - pl.col("gave_up"))
        .sort("page", "channel")
        .collect()
    )
    told = compare_shares(*(counted[name].to_numpy() for name in ("gave_up", "saw", "others_gave_up", "others")))
    weighed = counted.with_columns(
        difference=pl.Series(told.difference), low=pl.Series(told.low), high=pl.Series(told.high),
        q_value=pl.Series(find_q_values(told.p_value)),
    )  # fmt: skip
    return PageRisk.cast(weighed.sort("low", "page", "channel", descending=[True, False, False]))


def _list_seen(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], carts: pl.LazyFrame) -> pl.LazyFrame:
    """List each page once that each cart's customer saw on the way."""
    columns = ["person_id", "occurred_at", "page"]
    views = sessioned.lazy().filter(pl.col("robot").is_null(), pl.col("page").is_not_null()).select(columns)
    ways = carts.select("person_id", "number", "opened_at", "last_changed_at", "channel", "lost")
    return (
        views.join(ways, on="person_id", how="semi")
        .sort("occurred_at", "person_id", "page")
        .join_asof(ways.sort("opened_at", "person_id", "number"), left_on="occurred_at", right_on="opened_at",
                   by="person_id", check_sortedness=False)
        .filter(pl.col("occurred_at") <= pl.col("last_changed_at"))
        .filter(pl.col("lost") | (pl.col("occurred_at") < pl.col("last_changed_at")))
        .unique(["person_id", "number", "page"])
    )  # fmt: skip
