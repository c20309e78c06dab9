"""Pages: from what was shown and bought to the plan of one page, or to why there is none."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Product
from recommend.codes import code_names
from recommend.layout.assignment import EMPTY, assign_items
from recommend.layout.exploration import Exploration, expect_swapped_clicks, recommend_exploration
from recommend.layout.halves import Half, split_people
from recommend.layout.offers import LayoutOffer, Slot
from recommend.layout.plan import LayoutPlan, LeftOut, plan_layout
from recommend.layout.position_model import PositionModel, PositionSettings, fit_positions
from recommend.layout.products import choose_offers, tell_conversion, weigh_stickiness
from recommend.layout.settings import LayoutSettings, PageSettings
from recommend.layout.showings import Showing, count_showings
from recommend.stickiness.stickiness import Stickiness
from serving import Text


class PagePlan(NamedTuple):
    """What is known of a page, and what should stand where."""

    page: str
    verdict: str
    """too little evidence, not identified; else the margin's: better, worse, not shown, same page."""
    why: Text | None
    """What stands against a plan, or against telling what it gains; None where both are told."""
    model: PositionModel
    slots: dy.DataFrame[Slot]
    offers: dy.DataFrame[LayoutOffer]
    today: dict[str, str]
    """Slot → the item that stands there today; without the slots of which nobody knows."""
    plan: LayoutPlan | None
    left_out: dy.DataFrame[LeftOut]
    exploration: Exploration | None
    """What it takes to know the slots well enough; None where nothing is clicked on."""


def plan_page(
    showings: dy.DataFrame[Showing],
    products: dy.DataFrame[Product],
    page: str,
    settings: LayoutSettings,
    now: datetime,
    stickiness: dy.DataFrame[Stickiness] | None = None,
) -> PagePlan:
    """Plan what should stand where on a page, beside what stands there today, or tell why nobody can.

    Today's page is what slots showed most in the last `today_days`, each product once, of equals the first by name; a
    slot that showed nothing is unknown, and the verdict on the page "not identified". What may stand there is every
    product that the page ever showed and that is on sale `now` to everybody with a margin (`choose_offers`); given its
    `stickiness`, it is worth the more for that (`weigh_stickiness`). Raises LayoutError where pins, caps and material
    cannot be met.
    """
    asked = settings.pages.get(page, PageSettings())
    here = Showing.cast(showings.filter(pl.col("page") == page))
    slots = _list_slots(here, asked)
    names = slots["slot"].to_list()
    there = Showing.cast(here.filter(pl.col("slot").is_in(names)))
    model = fit_positions(count_showings(there, page), PositionSettings(settings.randomised_only), names)
    today = _read_today(there, now - timedelta(days=settings.today_days))
    chosen = choose_offers(there, showings, products, settings, page, now)
    if stickiness is not None:
        chosen = chosen._replace(offers=weigh_stickiness(chosen.offers, stickiness, settings.stickiness_power))
    verdict, why = _judge(model, names, page)
    if not why and chosen.offers.is_empty():
        verdict, why = "too little evidence", _tell_no_offer(page)
    known = PagePlan(page, verdict, why, model, slots, chosen.offers, today, None, chosen.left_out, None)
    if why:
        return known
    barred = dict(chosen.left_out.select("item_id", "reason").iter_rows())
    halves = _learn_halves(showings, chosen.offers, page, names, settings)
    plan = plan_layout(model, slots, chosen.offers, today, settings.request(page), halves, barred)
    left_out = pl.concat([chosen.left_out, plan.left_out]).sort("item_id")
    verdict = plan.worth["verdict"][1]
    planned = known._replace(plan=plan, left_out=LeftOut.cast(left_out), verdict=verdict, why=plan.why)
    answers = here.select("session_id", "recommendation_id").n_unique()
    span = here.select((pl.col("shown_at").max() - pl.col("shown_at").min()).dt.total_seconds()).item()
    pages = answers * settings.wanted_days / max(span / 86_400, 1)
    return planned._replace(exploration=_explore(planned, pages, settings.wanted_error))


def _learn_halves(
    showings: dy.DataFrame[Showing],
    offers: dy.DataFrame[LayoutOffer],
    page: str,
    slots: Sequence[str],
    settings: LayoutSettings,
) -> tuple[Half, Half]:
    """Learn from either half of the people what is known of a page and its offers."""
    one, other = (
        Half(
            fit_positions(
                count_showings(Showing.cast(half.filter(pl.col("slot").is_in(slots))), page),
                PositionSettings(settings.randomised_only),
                slots,
            ),
            tell_conversion(offers, half, settings.prior_clicks),
        )
        for half in map(Showing.cast, split_people(showings))
    )
    return one, other


def _list_slots(here: dy.DataFrame[Showing], asked: PageSettings) -> dy.DataFrame[Slot]:
    """List the slots of the settings, else those of the log: by shelf, then by position."""
    if asked.slots:
        rows = [(slot.slot, place, slot.kind, slot.size) for place, slot in enumerate(asked.slots, 1)]
        return Slot.cast(pl.DataFrame(rows, schema=Slot.column_names(), orient="row", infer_schema_length=None))
    shelf = pl.col("slot").str.replace(r":\d+$", "")
    found = here.group_by("slot").agg(pl.col("position").min()).sort(shelf, "position", "slot")
    places = pl.int_range(1, pl.len() + 1)
    return Slot.cast(found.select("slot", position=places, kind=pl.lit(None), size=pl.lit(None)))


def _read_today(there: dy.DataFrame[Showing], since: datetime) -> dict[str, str]:
    """Read which product stands in each slot, each product once, so that the most showings are of such a page."""
    latest = there.filter(pl.col("shown_at") > since).group_by("slot", "item_id").len().sort("slot", "item_id")
    slots, items = code_names(latest["slot"]), code_names(latest["item_id"])
    shape = len(slots.names), len(items.names)
    counts = np.full(shape, -np.inf)
    # Less than one showing in sum: of equals the first by name.
    counts[slots.codes, items.codes] = latest["len"].to_numpy() - items.codes / max(counts.size, 1)
    nothing = np.full(shape[0], EMPTY)
    placed = assign_items(counts, nothing, np.full(shape[1], -1), np.zeros(0, np.int64))
    names = items.names.to_list()
    return {slot: names[place] for slot, place in zip(slots.names, placed.tolist(), strict=True) if place != EMPTY}


def _judge(model: PositionModel, slots: Sequence[str], page: str) -> tuple[str, Text | None]:
    """Tell why nothing can be planned, where that is so."""
    if model.verdict == "too little evidence":
        return model.verdict, _tell_no_click(model, slots, page)
    groups = dict(model.examination.select("slot", "group").iter_rows())
    apart: dict[int, list[str]] = {}
    for place, slot in enumerate(slots):
        group = groups.get(slot)
        apart.setdefault(-1 - place if group is None else group, []).append(slot)
    if len(apart) > 1:
        return "not identified", _tell_apart(list(apart.values()))
    return "identified", None


def _tell_no_click(model: PositionModel, slots: Sequence[str], page: str) -> Text:
    shown = f"{model.examination['shown'].sum():,}" if len(slots) else ""
    seen = f"{shown} showings without a click" if shown else "no showing"
    found = f"{shown} 次展示但无点击" if shown else "没有展示"
    return Text(
        f"the log has {seen} on {page}: log what is shown where, and what is clicked on there",
        f"日志中 {page} {found}：请记录各展位展示的商品及其点击",
    )


def _tell_apart(groups: Sequence[Sequence[str]]) -> Text:
    told = " | ".join(", ".join(names) for names in groups)
    return Text(
        f"nothing, or too little, ties these slots together ({told}): let products change places between them",
        f"这些展位之间缺少可比的展示（{told}）：请让商品在它们之间换位",
    )


def _tell_no_offer(page: str) -> Text:
    return Text(
        f"no product that {page} showed is on sale for everybody with a margin: read a catalogue that tells margins, "
        "or see what is left out",
        f"{page} 展示过的商品中，没有面向所有人在售且有毛利的：请导入含毛利的商品目录，或查看未入选商品",
    )


def _explore(planned: PagePlan, pages: float, wanted_error: float) -> Exploration | None:
    """Recommend how much to explore around the planned page."""
    if planned.plan is None or planned.slots.height < 2:
        return None
    looks = planned.slots.join(planned.model.examination, on="slot", maintain_order="left")["examination"]
    pulls = planned.plan.slots.join(
        planned.model.attraction.select("item_id", "attraction"),
        left_on="item_planned", right_on="item_id", how="left", maintain_order="left",
    )["attraction"]  # fmt: skip
    return recommend_exploration(
        expect_swapped_clicks(looks.to_numpy(), np.nan_to_num(pulls.fill_null(0.0).to_numpy())), pages, wanted_error
    )
