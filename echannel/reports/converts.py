"""Reports on who converts and who does not: two groups side by side, what separates them, and who was lost."""

import polars as pl

from echannel.reports.document import Column, write_report
from echannel.reports.groups import choose_entrants
from echannel.reports.measured import MeasuredFunnel
from echannel.reports.words import CHANNELS
from paths import compare_funnels, list_lost, separate_converted
from serving import Report, Text

KINDS = {
    "event": ("Did on the way", "途中行为"),
    "page": ("Page on the way", "途中页面"),
    "channel": ("Channel", "渠道"),
    "device": ("Device", "设备"),
    "browser": ("Browser", "浏览器"),
    "system": ("System", "操作系统"),
    "region": ("Region", "地区"),
    "campaign": ("Campaign", "营销活动"),
    "referrer": ("Came from", "来源页"),
    "category": ("Category", "品类"),
}
SURE = 0.05
"""q-values up to this are findings: one in twenty of them may be false."""


def report_comparison(measured: MeasuredFunnel, groups: tuple[str, str]) -> Report:
    """Compare two groups of a funnel's entrants step by step."""
    funnel, name = measured.definition, measured.name
    levels_a, levels_b = (choose_entrants(measured, group) for group in groups)
    table = compare_funnels(levels_a, levels_b, funnel, measured.ends_at)
    first, second = groups
    columns = [
        Column("from_name", "Of those who reached", "到达此步者中", "text"),
        Column("name", "reached", "到达", "text"),
        Column("entrants_a", f"{first}: of", f"{first}：基数", "count"),
        Column("share_a", f"{first}: share", f"{first}：占比", "share"),
        Column("entrants_b", f"{second}: of", f"{second}：基数", "count"),
        Column("share_b", f"{second}: share", f"{second}：占比", "share"),
        Column("difference", "Difference", "差异", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("p_value", "p-value", "p 值", "number"),
        Column("q_value", "q-value", "q 值", "number"),
    ]
    note = Text(
        f"{first}: {len(levels_a):,} entrants, {second}: {len(levels_b):,}; those whose window still runs are left out "
        "below. The last row is the whole way. 95 % intervals by Newcombe; q-values over all rows.",
        f"{first}：{len(levels_a):,} 人进入，{second}：{len(levels_b):,} 人；窗口尚未结束者不计入下表。"
        "末行为全程。差异为 95% Newcombe 区间；q 值覆盖所有行。",
    )
    named = table.with_columns(from_name=pl.col("from_step").replace_strict(measured.steps, return_dtype=pl.String))
    title = Text(f"Funnel {name}: {first} and {second}", f"转化漏斗 {name}：{first} 与 {second} 对比")
    return write_report("funnel-comparison", title, note, columns, named)


def report_separation(measured: MeasuredFunnel, after_step: int = 1, most: int = 50) -> Report:
    """List what separates those who convert, the surest first."""
    desk, name = measured.desk, measured.name
    table = separate_converted(
        measured.levels,
        desk.tables.sessioned,
        measured.definition,
        measured.ends_at,
        desk.settings.separation,
        after_step,
        desk.settings.abandonment,
    )
    shown, sure = min(most, len(table)), int((table["q_value"] <= SURE).sum())
    step = measured.steps[after_step]
    columns = [
        Column("kind", "What", "类别", "text", KINDS),
        Column("value", "Which", "取值", "text", CHANNELS),
        Column("entrants", "Entrants with it", "具备人数", "count"),
        Column("share_of_converted", "Of the converted", "转化者中占比", "share"),
        Column("share_of_others", "Of the others", "其他人中占比", "share"),
        Column("ratio", "Times as often converted", "转化倍数", "number"),
        Column("low", "At least", "下限", "number"),
        Column("high", "At most", "上限", "number"),
        Column("q_value", "q-value", "q 值", "number"),
    ]
    note = Text(
        f"The {shown:,} surest of {len(table):,} tried; {sure:,} beyond chance (q ≤ {SURE:g}). What they did: each "
        f"convert beside all who had done as many things since {step}, and only these count. Entrants whose window "
        "still runs are left out. What goes with conversion need not cause it.",
        f"共检验 {len(table):,} 项，显示最可靠的 {shown:,} 项，其中 {sure:,} 项超出偶然（q ≤ {SURE:g}）。行为类："
        f"每位转化者与“{step}”之后行为次数相同者对比，只计此前的行为。窗口尚未结束者不计入。相关不等于因果。",
    )
    title = Text(f"What separates those who convert: {name}", f"转化者与未转化者的差别：{name}")
    return write_report(f"funnel-separation-{name}", title, note, columns, table.head(most))


def report_lost(measured: MeasuredFunnel, step: int) -> Report:
    """List those lost at a step, the latest first."""
    table = list_lost(measured.levels, measured.definition, step).with_columns(
        pl.col("entered_at", "last_reached_at").dt.convert_time_zone(measured.zone).dt.strftime("%Y-%m-%d %H:%M:%S")
    )
    label = measured.steps[step]
    columns = [
        Column("entrant", "Entrant", "进入者", "text"),
        *measured.segment,
        Column("entered_at", "Entered", "进入时间", "text"),
        Column("last_reached_at", f"Reached {label}", f"到达“{label}”时间", "text"),
    ]
    note = Text(
        f"{len(table):,} came to {label}, no further, and have no time left; the latest first. Pseudonyms; times in "
        f"{measured.zone}. For authorised eyes: a list of people.",
        f"{len(table):,} 人到达“{label}”后流失，按时间倒序。ID 为假名；时区 {measured.zone}。"
        "人员名单，仅限授权人员查看。",
    )
    title = Text(f"Lost after {label}: {measured.name}", f"在“{label}”流失：{measured.name}")
    return write_report("funnel-lost", title, note, columns, table)
