"""Reports on bundles: the plan, what it rests on, what was left out, and how it would have met later orders."""

from collections.abc import Callable, Iterable

import polars as pl
from msgspec.structs import replace

from echannel.plans.bundle_rehearsal import rehearse_bundles
from echannel.plans.bundles import count_reasons
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.set_aside import say_set_aside
from echannel.reports.small_cells import hide_small_cells
from echannel.reports.words import ADVICE, LEFT_OUT
from recommend import BundlePlan, Candidate
from serving import Report, ReportColumn, Text

WHAT = (
    Column("bundle", "Items", "商品", "text"),
    Column("names", "Names", "名称", "text"),
)
PLAN = (
    *WHAT,
    Column("advice", "Advice", "建议", "text", ADVICE),
    Column("discount", "Best discount", "最佳折扣", "share"),
    Column("price_full", "Full price", "原价合计", "money"),
    Column("price", "Bundle price", "捆绑价", "money"),
    Column("margin", "Margin of one", "单套毛利", "money"),
    Column("gain_low", "Gain, at least", "增益下限", "money"),
    Column("rise_gain", "{rise} more takers earn", "转化升 {rise} 可赚", "money"),
    Column("margin_low", "Margin, at least", "毛利下限", "money"),
    Column("trial_people", "People a test needs", "验证所需人数", "count"),
)
EVIDENCE = (
    Column("baskets", "Orders with all", "共同订单数", "count"),
    Column("ratio", "Times chance", "相对随机倍数", "number"),
    Column("q_value", "q-value", "q 值", "number"),
    Column("people", "Bought any", "购买任一的人数", "count"),
    Column("people_all", "Buy all anyway", "自相蚕食人数", "count"),
    Column("given_away", "Discount for these", "白送的折扣", "money"),
    Column("conversion", "Would take it", "预期转化率", "share"),
    Column("share_low", "Buy all, at least", "全买占比下限", "share"),
    Column("break_even", "Break-even", "盈亏平衡转化率", "share"),
    Column("extra_margin", "A taker more earns", "每多一位可赚", "money"),
    Column("elasticity_needed", "Elasticity needed", "折扣所需弹性", "number"),
)
NAMES = (WHAT[0]._replace(detail=True), WHAT[1])
"""For tables on a screen: an item without a name is named by its id."""
OUT = (
    *NAMES,
    Column("reason", "Why not", "未入选原因", "text", LEFT_OUT),
    *EVIDENCE[:3],
)
REHEARSAL = (
    *NAMES,
    Column("discount", "Off", "折扣", "share"),
    Column("people", "Bought any", "购买任一的人数", "count"),
    Column("people_all", "Bought all", "全买的人数", "count"),
    Column("share_low", "At least", "计划占比下限", "share"),
    Column("share_seen", "Seen", "实际占比", "share"),
    Column("held", "Held", "是否兑现", "text", {"yes": ("yes", "是"), "no": ("no", "否")}),
    Column("given_away", "Given away", "白送的折扣", "money"),
    Column("takers_needed", "Needed", "回本还需人数", "count"),
)
BOUGHT_ALL = ("people_all", "share_seen", "held", "given_away", "takers_needed")
TOGETHER = {"people_together": ("baskets", "ratio", "q_value")}
"""Who bought all items of a candidate at once, and what could be worked out from it."""
MET = {"people": BOUGHT_ALL, "people_all": BOUGHT_ALL, "people_some": BOUGHT_ALL}
"""Each count of people in the rehearsal, and what it could be worked out from."""
NONE_LEFT_OUT = Text("No candidate was left out.", "没有落选的候选。")
NOT_TRIED = Text(
    "Side by side, at no discount, was not tried: `[bundles.offers] discounts` holds no 0.",
    "未考虑不打折的并排陈列：`[bundles.offers] discounts` 中没有 0。",
)


def report_bundles(desk: Desk, most: int = 100) -> Report:
    """List the bundles to offer that gain most, with what each rests on."""
    whole = report_plan(desk)
    more = len(whole.rows) - most
    if more <= 0:
        return whole
    note = Text(
        f"{whole.note.en} {more:,} more are in the plan itself.", f"{whole.note.zh}另有 {more:,} 个见规划本身。"
    )
    return replace(whole, rows=whole.rows[:most], note=note)


def report_plan(desk: Desk) -> Report:
    """List all bundles to offer, with what each would earn and what it rests on."""
    draft, settings = desk.bundle_draft, desk.settings.bundles
    advice = draft.plan["advice"].cast(pl.String).to_list()
    discounted, level = (f"{advice.count(told):,}" for told in ADVICE)
    assumed, left_out = f"{settings.offers.elasticity:g}", _say_left_out(desk)
    note = Text(
        f"{ADVICE['discount'][0].capitalize()}: {discounted}. {ADVICE['side by side'][0].capitalize()}: {level}. "
        "No item is in two. At least: at the lower bound; gain: against no offer. A discount pays where the elasticity "
        f"needed is well below the {assumed} assumed. One price for everybody. {left_out.en}",
        f"{ADVICE['discount'][1]}：{discounted}；{ADVICE['side by side'][1]}：{level}。同一商品不入两个组合。"
        f"下限：按转化下限估计；增益：与无优惠相比。所需弹性明显低于假定的 {assumed} 时折扣才划算。"
        f"所有人同价。{left_out.zh}",
    )
    aside = say_set_aside(desk.bought, desk.tables.returns)
    note = Text(f"{note.en}{aside.en}", f"{note.zh}{aside.zh}")
    title = Text("Bundles to offer", "捆绑促销规划")
    return write_report("bundles", title, note, [*_fill(PLAN, desk), *EVIDENCE], draft.plan)


def _fill(columns: Iterable[Column], desk: Desk) -> list[Column]:
    """Put the rise that is asked about into the titles that name it."""
    rise = f"{desk.settings.bundles.plan.rise:.0%}"
    return [column._replace(en=column.en.format(rise=rise), zh=column.zh.format(rise=rise)) for column in columns]


def report_left_out(desk: Desk) -> Report:
    """List the candidates that the plan leaves out, each with the reason."""
    said = _say_left_out(desk)
    note = Text(f"{said.en} Empty: fewer than 10 people.", f"{said.zh}不足 10 人者留空。")
    rows = hide_small_cells(desk.bundle_draft.left_out, TOGETHER)
    return write_report("bundles-left-out", Text("Left out", "未入选的候选"), note, OUT, rows)


def report_rehearsal(desk: Desk) -> Report:
    """List what a plan from earlier orders would have met in later ones."""
    rehearsal = rehearse_bundles(desk.tables, desk.settings)
    told = hide_met(rehearsal.rows)
    rows = told.with_columns(held=pl.col("held").replace_strict({True: "yes", False: "no"}, return_dtype=pl.String))
    if rehearsal.since is None:
        note = Text("Too few orders to part them by time.", "订单太少，无法按时间划分。")
    else:
        day, held = rehearsal.since.date(), int(told["held"].fill_null(False).sum())
        note = Text(
            f"Planned from the orders before {day}, shown the {rehearsal.later:,} order lines since: "
            f"{held} of {told['held'].count()} held their lower bound. Who would have come for the price only a test "
            "tells. Empty: fewer than 10 people.",
            f"用 {day} 之前的订单规划，再看此后的 {rehearsal.later:,} 行订单："
            f"{told['held'].count()} 个组合中 {held} 个达到下限。"
            "有多少人会因价格而来，只有试验能说明。不足 10 人者留空。",
        )
    return write_report("bundles-rehearsal", Text("Rehearsal", "方案预演"), note, REHEARSAL, rows)


def hide_met(rows: pl.DataFrame) -> pl.DataFrame:
    """Empty what a rehearsal met that tells of so few people that they could be told apart."""
    return hide_small_cells(rows.with_columns(people_some=pl.col("people") - pl.col("people_all")), MET)


def report_evidence(desk: Desk) -> Report:
    """List what each bundle of the plan rests on."""
    note = Text("What each bundle of the plan rests on.", "规划中每个组合的依据。")
    return write_report("bundles-evidence", Text("Evidence", "依据"), note, [*WHAT, *EVIDENCE], desk.bundle_draft.plan)


def report_reading(desk: Desk) -> Report:
    """Explain each column of the plan: its title in both languages, and its meaning."""
    meanings = {
        "bundle": "The items' ids",
        "names": "The items' names",
        **{
            name: str(column.description)
            for schema in (Candidate, BundlePlan)
            for name, column in schema.columns().items()
        },
    }
    rows: list[list[str | int | float | None]] = [
        [column.en, column.zh, meanings[column.name]] for column in _fill((*PLAN, *EVIDENCE), desk)
    ]
    titles = (("title", "Column", "列"), ("chinese", "中文", "中文"), ("meaning", "Meaning", "含义"))
    return Report(
        "bundles-how-to-read",
        Text("How to read it", "如何阅读"),
        Text("Money in the currency of the catalogue.", "金额以目录货币计。"),
        [ReportColumn(name, Text(en, zh)) for name, en, zh in titles],
        rows,
    )


def _say_left_out(desk: Desk) -> Text:
    """Say how many candidates were left out for each reason, and what was not tried."""
    counts = count_reasons(desk.bundle_draft.left_out)
    english = ", ".join(f"{count:,} {LEFT_OUT[reason][0]}" for reason, count in counts.items())
    chinese = "，".join(f"{LEFT_OUT[reason][1]} {count:,}" for reason, count in counts.items())
    told = Text(f"Left out: {english}.", f"未入选：{chinese}。") if counts else NONE_LEFT_OUT
    if 0 in desk.settings.bundles.offers.discounts:
        return told
    return Text(f"{told.en} {NOT_TRIED.en}", f"{told.zh}{NOT_TRIED.zh}")


BUNDLE_PARTS: dict[str, Callable[[Desk], Report]] = {
    "plan": report_plan,
    "evidence": report_evidence,
    "left-out": report_left_out,
    "rehearsal": report_rehearsal,
    "how-to-read": report_reading,
}
"""The tables of a bundle plan, in the order of a workbook's sheets."""
