"""The layout plan: from the events of a page to what should stand where, judged a second time by what was drawn."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.training.stickiness import read_stickiness
from echannel.training.tables import Tables
from echannel.tree import Settings
from evaluation import LoggedImpression, OffPolicyError, PolicyChoice, PolicyEstimate, estimate_policy
from ingest import Product
from recommend import (
    LayoutError,
    PagePlan,
    Showing,
    Showings,
    ShowingSettings,
    collect_showings,
    place_items,
    plan_page,
    split_people,
)
from serving import PageLayouts


class LayoutDraft(NamedTuple):
    """A page's plan and what it rests on."""

    plan: PagePlan
    showings: Showings
    estimates: dy.DataFrame[PolicyEstimate]
    """What the planned page would have had, told from pages whose places were drawn; empty where none were."""
    why_not: str
    """Why there are no estimates; empty where there are."""
    products: dy.DataFrame[Product]
    """The catalogue, for its names."""


def read_showings(tables: Tables, settings: Settings) -> Showings:
    """Read what was shown where from the lake's tables."""
    return collect_showings(tables.sessioned, tables.orders, ShowingSettings(settings.layout.bought_hours))


def draft_layout(tables: Tables, settings: Settings, page: str) -> LayoutDraft:
    """Plan a page as of the log's last moment; raises `Stop` where pins, caps and material cannot be met."""
    showings = read_showings(tables, settings)
    (plan,) = _plan([page], showings, tables, settings)
    try:
        return LayoutDraft(plan, showings, estimate_plan(showings.table, plan, settings), "", tables.products)
    except OffPolicyError as fault:
        return LayoutDraft(plan, showings, PolicyEstimate.create_empty(), str(fault), tables.products)


def publish_layouts(tables: Tables, settings: Settings) -> PageLayouts | None:
    """Plan the pages that the settings name and lay out what they show from now on; None where none is named.

    Raises `Stop` where pins, caps and material cannot be met, with the faults of all pages at once.
    """
    if not settings.layout.pages:
        return None
    plans = _plan(sorted(settings.layout.pages), read_showings(tables, settings), tables, settings)
    rows = [row for plan in plans for row in place_items(plan, settings.layout)]
    return PageLayouts.from_rows(rows, settings.layout.exploration)


def estimate_plan(showings: dy.DataFrame[Showing], plan: PagePlan, settings: Settings) -> dy.DataFrame[PolicyEstimate]:
    """Estimate from showings with a propensity what a planned page would have had; raises OffPolicyError.

    A round is one answer in one visit; answers that showed two items in one slot are left out. Where the plan was
    chosen by these very showings, each half of the people (`split_people`) judges the page that the other half chose.
    """
    if plan.plan is None:
        raise OffPolicyError("There is no plan to be judged.")
    if plan.why and not plan.plan.halves:
        raise OffPolicyError(f"The same people would choose the plan and judge it: {plan.why.en}.")
    places = plan.slots.select("slot", place="position")
    drawn = showings.filter(pl.col("page") == plan.page, pl.col("propensity").is_not_null()).join(places, on="slot")
    answer = ["session_id", "recommendation_id"]
    one_each = pl.col("place").n_unique().over(answer) == pl.len().over(answer)
    if drawn.is_empty():
        raise OffPolicyError(
            "No showing tells a propensity, so nobody is known to have drawn what stands where: "
            "take the page from /v1/pages/{page}/layout with a key, and log the propensities that it answers."
        )
    log = drawn.filter(one_each).select(
        "session_id", "person_id", "item_id", "propensity", "clicked", position="place",
        round=pl.struct(answer).rank("dense").cast(pl.Int64),
    )  # fmt: skip
    pages = plan.plan.halves or (dict(plan.plan.slots.select("slot", "item_planned").drop_nulls().iter_rows()),)
    parts = split_people(log) if plan.plan.halves else (log,)
    policy = pl.concat(_tell_policy(page, places, str(half)) for half, page in enumerate(pages))
    judging = pl.concat(part.with_columns(context=pl.lit(str(half))) for half, part in enumerate(reversed(parts)))
    kept = judging.join(policy.select("context", "position").unique(), on=["context", "position"], how="semi")
    return estimate_policy(
        kept.select(LoggedImpression.column_names()), policy.select(PolicyChoice.column_names()), settings.off_policy
    )


def _tell_policy(page: Mapping[str, str], places: pl.DataFrame, context: str) -> pl.DataFrame:
    """Tell a page as a policy that shows everybody the same."""
    rows = pl.DataFrame(
        {"slot": page.keys(), "item_id": page.values()}, schema=dict.fromkeys(("slot", "item_id"), pl.String)
    )
    return rows.join(places, on="slot").select(
        "item_id", position="place", context=pl.lit(context), probability=pl.lit(1.0)
    )


def _plan(pages: Sequence[str], showings: Showings, tables: Tables, settings: Settings) -> list[PagePlan]:
    """Plan pages; what is wrong with any of them is told at once."""
    plans, faults = [], {}
    sticky = read_stickiness(tables, settings) if settings.layout.stickiness_power else None
    for page in pages:
        try:
            plans.append(plan_page(showings.table, tables.products, page, settings.layout, tables.ends_at, sticky))
        except LayoutError as fault:
            faults[page] = f"page {page}: {'; '.join(fault.faults)}"
    if faults:
        where = ", ".join(f"[layout.pages.{page}]" for page in faults)
        raise Stop(Exit.BAD_INPUT, "; ".join(faults.values()), where, "Change the settings of the page.")
    return plans
