"""Reports on page layouts: the plan beside today's page, what it rests on, and what the drawn pages say of it."""

from collections.abc import Callable

import polars as pl

from echannel.plans.layout import LayoutDraft
from echannel.plans.naming import name_products
from echannel.reports.document import Column, write_report
from echannel.reports.trials import TRIAL
from echannel.reports.words import LAYOUT_CHANGES, LAYOUT_LEFT_OUT, LAYOUT_VERDICTS, MEASURES
from recommend import PageWorth, SlotPlan, doubt_slot_effect
from serving import Report, Text

WHAT = (
    Column("item_id", "Product", "商品", "text"),
    Column("name", "Name", "名称", "text"),
)
PLAN = (
    Column("slot", "Slot", "展位", "text"),
    Column("item_today", "Today", "现在", "text"),
    Column("name_today", "Name today", "现有商品名称", "text"),
    Column("item_planned", "Planned", "规划", "text"),
    Column("name_planned", "Name planned", "规划商品名称", "text"),
    Column("change", "Change", "变动", "text", LAYOUT_CHANGES),
    Column("from_slot", "From", "来自", "text"),
    Column("clicks_today", "Clicks today", "现有点击", "count"),
    Column("clicks_planned", "Clicks planned", "规划点击", "count"),
    Column("margin_today", "Margin today", "现有毛利", "money"),
    Column("margin_planned", "Margin planned", "规划毛利", "money"),
)
WORTH = (
    Column("measure", "Measure", "指标", "text", MEASURES),
    Column("today", "Today", "现在", "money"),
    Column("planned", "Planned", "规划", "money"),
    Column("difference", "Difference", "差额", "money"),
    Column("low", "At least", "下限", "money"),
    Column("high", "At most", "上限", "money"),
    Column("verdict", "Verdict", "结论", "text", LAYOUT_VERDICTS),
)
SLOTS = (
    Column("slot", "Slot", "展位", "text"),
    Column("shown", "Shown", "展示", "count"),
    Column("clicked", "Clicked", "点击", "count"),
    Column("examination", "Looked at", "关注度", "share"),
    Column("low", "At least", "下限", "share"),
    Column("high", "At most", "上限", "share"),
)
PRODUCTS = (
    *WHAT,
    Column("shown", "Shown", "展示", "count"),
    Column("clicked", "Clicked", "点击", "count"),
    Column("attraction", "Attraction", "吸引力", "share"),
    Column("low", "At least", "下限", "share"),
    Column("high", "At most", "上限", "share"),
    Column("conversion", "Orders a click", "点击转化率", "share"),
    Column("margin", "Margin", "毛利", "money"),
)
STICKINESS = Column("stickiness", "Stickiness", "产品粘性", "number")
"""Shown where it counts."""
OUT = (
    *WHAT,
    Column("reason", "Why not", "未入选原因", "text", LAYOUT_LEFT_OUT),
)


def report_layout_plan(draft: LayoutDraft) -> Report:
    """List what should stand where, beside today's page; no rows where nobody can tell."""
    plan = draft.plan
    note = _tell_worth(draft)
    if plan.why and not plan.plan:
        note = Text(f"{plan.verdict}: {plan.why.en}.", f"{_name(plan.verdict)}：{plan.why.zh}。")
    table = plan.plan.slots if plan.plan else SlotPlan.create_empty()
    return _write("layout-plan", draft, Text("Page plan", "页面规划"), note, PLAN, table)


def report_layout_worth(draft: LayoutDraft) -> Report:
    """Tell what both pages are expected to earn."""
    note = Text(
        "Told by people who did not choose: of either half of them a page was chosen, and the other half judged it. "
        "A page that is pinned in every slot, or stays, is judged by all.",
        "收益由未参与选择的人评估：人群分两半，一半选出版面，由另一半评估；全部固定或不变的页面由所有人评估。",
    )
    table = draft.plan.plan.worth if draft.plan.plan else PageWorth.create_empty()
    return _write("layout-worth", draft, Text("Page plan: worth", "页面规划：收益"), note, WORTH, table)


def report_layout_slots(draft: LayoutDraft) -> Report:
    """Tell how much each slot is looked at."""
    order = draft.plan.slots.select("slot").join(draft.plan.model.examination, on="slot", maintain_order="left")
    left_out = {reason: count for reason, count in draft.showings.left_out.items() if count}
    told = ", ".join(f"{reason} {count:,}" for reason, count in left_out.items()) or "none"
    doubt = doubt_slot_effect(draft.plan.model)
    chance = "?" if doubt is None else f"{doubt:.2g}"
    note = Text(
        f"Against the same product in the first slot, 95 % interval. Were all looked at alike: p = {chance}. "
        f"Events of all pages left out: {told}.",
        f"相对同一商品在首位；95% 区间。若各展位同等受关注：p = {chance}。所有页面未计入的事件：{told}。",
    )
    return _write("layout-slots", draft, Text("Slots", "展位关注度"), note, SLOTS, order)


def report_layout_products(draft: LayoutDraft) -> Report:
    """Tell how much each product is clicked on wherever it stands, and what a click is worth."""
    offers = draft.plan.offers.select("item_id", "conversion", "margin", "stickiness")
    counts = offers["stickiness"].count() > 0
    table = draft.plan.model.attraction.join(offers, on="item_id", how="left", maintain_order="left")
    note = Text(
        "Attraction: clicks a showing in the first slot. Orders a click are drawn towards the mean of all products."
        + (" Placed by margin × stickiness; told in margin." if counts else ""),
        "吸引力：在首位展示的点击率。点击转化率向全部商品均值收缩。"
        + ("按毛利 × 产品粘性排布，收益仍按毛利计。" if counts else ""),
    )
    columns = (*PRODUCTS, STICKINESS) if counts else PRODUCTS
    return _write("layout-products", draft, Text("Products", "商品吸引力"), note, columns, table)


def report_layout_left_out(draft: LayoutDraft) -> Report:
    """List the products that may not stand there or could not be weighed, and why."""
    note = Text("Products that the page showed or has pinned.", "页面曾展示或已固定的商品。")
    return _write("layout-left-out", draft, Text("Left out", "未入选"), note, OUT, draft.plan.left_out)


def report_layout_trial(draft: LayoutDraft) -> Report:
    """Tell what the planned page would have had, from pages whose places were drawn."""
    note = Text(
        draft.why_not
        or "From showings whose place was drawn, without the position model. Believe dr; see docs/off-policy.md.",
        draft.why_not or "仅用随机投放的展示，不依赖位置模型；以 dr 为准。",
    )
    return _write("layout-trial", draft, Text("Trial on the log", "离线评估"), note, TRIAL, draft.estimates)


LAYOUT_PARTS: dict[str, Callable[[LayoutDraft], Report]] = {
    "plan": report_layout_plan,
    "worth": report_layout_worth,
    "slots": report_layout_slots,
    "products": report_layout_products,
    "left-out": report_layout_left_out,
    "trial": report_layout_trial,
}
"""The tables of a page's plan."""


def _write(
    name: str, draft: LayoutDraft, title: Text, note: Text, columns: tuple[Column, ...], table: pl.DataFrame
) -> Report:
    page, named = draft.plan.page, name_products(table, draft.products)
    return write_report(name, Text(f"{title.en}: {page}", f"{title.zh}：{page}"), note, columns, named)


def _name(verdict: str) -> str:
    return LAYOUT_VERDICTS[verdict][1]


def _tell_worth(draft: LayoutDraft) -> Text:
    """Tell in a sentence each what the page is expected to gain, and how much to explore."""
    plan = draft.plan
    rows = plan.plan.worth.to_dicts() if plan.plan else []
    english, chinese = [], []
    for row in rows:
        told = " → ".join("?" if row[name] is None else f"{row[name]:,.0f}" for name in ("today", "planned"))
        if row["difference"] is not None:
            told += f" ({row['difference']:+,.0f}, {row['low']:+,.0f} … {row['high']:+,.0f})"
        english.append(f"{row['measure'].capitalize()} on {row['pages']:,} pages: {told}: {row['verdict']}.")
        chinese.append(f"每 {row['pages']:,} 次展示的{MEASURES[row['measure']][1]}：{told}：{_name(row['verdict'])}。")
    if plan.why:
        english.append(f"{plan.why.en.capitalize()}.")
        chinese.append(f"{plan.why.zh}。")
    if plan.exploration:
        advice = _advise(draft)
        english.append(advice.en)
        chinese.append(advice.zh)
    return Text(" ".join(english), "".join(chinese))


def _advise(draft: LayoutDraft) -> Text:
    found = draft.plan.exploration
    if found is None or not found.pages < float("inf"):
        return Text(
            "Nobody clicks on some neighbours: exploring them tells nothing.", "部分相邻展位无点击，探索无从得知。"
        )
    if found.share is None:
        return Text(
            f"To know all slots well enough takes {found.pages:,.0f} pages with a swap, more than there are.",
            f"要充分了解各展位需要 {found.pages:,.0f} 次换位展示，超过现有流量。",
        )
    return Text(
        f"Explore on {found.share:.1%} of the pages to know all slots well enough.",
        f"建议在 {found.share:.1%} 的页面上探索，以充分了解各展位。",
    )
