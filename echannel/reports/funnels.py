"""Reports on funnels: how far customers come, how long it takes, and how that changes from day to day."""

import polars as pl

from echannel.reports.document import Column, write_report
from echannel.reports.measured import MeasuredFunnel
from paths import WHOLE, Period, bin_times, count_funnel, count_periods, time_funnel
from serving import Report, Text

LOW, HIGH = Column("low", "At least", "下限", "share"), Column("high", "At most", "上限", "share")
SKIPPED = Column("may_skip", "May be skipped", "可跳过", "text", {"yes": ("yes", "是"), "no": ("no", "否")})
STRETCHES = {"whole": ("Whole way", "全程"), "step": ("Step to step", "单步")}
PERIODS = {"day": ("Day", "日期"), "week": ("Week from Monday", "周（周一起）")}
UNITS = ((86_400, "d", "天"), (3_600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒"))


def report_funnel(measured: MeasuredFunnel) -> Report:
    """Count one funnel's steps; every number is a sum over its table of levels."""
    funnel, name = measured.definition, measured.name
    columns = [
        *measured.segment,
        Column("step", "Step", "步骤", "count"),
        Column("name", "Name", "名称", "text"),
        *([SKIPPED] if any(step.optional for step in funnel.steps) else []),
        Column("reached", "Reached", "到达", "count"),
        Column("lost", "Lost here", "在此流失", "count"),
        Column("open", "Still open", "仍在途中", "count"),
        Column("share_of_first", "Of the first step", "占首步比例", "share"),
        Column("first_low", "At least", "下限", "share"),
        Column("first_high", "At most", "上限", "share"),
        Column("share_of_previous", "Of the step before", "占上步比例", "share"),
        Column("previous_low", "At least", "下限", "share"),
        Column("previous_high", "At most", "上限", "share"),
        Column("median_seconds", "Median seconds from the step before", "与上步间隔中位数（秒）", "seconds"),
    ]
    note = Text(
        f"Within {funnel.window_hours:g} hours of the first step. Open: the window has not ended yet. "
        "95 % Wilson intervals.",
        f"自首步起 {funnel.window_hours:g} 小时内完成。“仍在途中”指窗口尚未结束。95% Wilson 区间。",
    )
    title = Text(f"Funnel: {name}", f"转化漏斗：{name}")
    table = count_funnel(measured.levels, funnel).with_columns(
        may_skip=pl.when("optional").then(pl.lit("yes")).otherwise(pl.lit("no"))
    )
    return write_report(f"funnel-{name}", title, note, columns, table)


def report_times(measured: MeasuredFunnel) -> Report:
    """Tell how long the whole way and each part of it took."""
    table = time_funnel(measured.levels, measured.definition)
    columns = [
        *measured.segment,
        Column("stretch", "Way", "路段", "text", STRETCHES),
        Column("from_name", "From", "起始步骤", "text"),
        Column("to_name", "To", "到达步骤", "text"),
        Column("entrants", "Entrants", "人数", "count"),
        Column("lower_quartile", "A quarter within (seconds)", "四分之一不超过（秒）", "seconds"),
        Column("median", "Half within (seconds)", "一半不超过（秒）", "seconds"),
        Column("upper_quartile", "Three quarters within (seconds)", "四分之三不超过（秒）", "seconds"),
    ]
    note = Text(
        "The whole way: those who converted. Step to step: all who went from the one to the other, lost later or not.",
        "全程：已转化者。单步：所有从前一步到后一步者，不论之后是否流失。",
    )
    title = Text(f"Time to convert: {measured.name}", f"转化时长：{measured.name}")
    return write_report(f"funnel-times-{measured.name}", title, note, columns, _name_steps(table, measured))


def report_histogram(measured: MeasuredFunnel) -> Report:
    """Count how many converted after how long."""
    table = bin_times(measured.levels, measured.definition).filter(pl.col("stretch") == "whole")
    spans = table.select("from_seconds", "to_seconds").unique().sort("from_seconds").rows()
    words = {f"{begin}-{end}": _say_span(begin, end) for begin, end in spans}
    columns = [
        *measured.segment,
        Column("span", "Took", "用时", "text", words),
        Column("from_seconds", "At least (seconds)", "不少于（秒）", "seconds"),
        Column("to_seconds", "Less than (seconds)", "少于（秒）", "seconds"),
        Column("entrants", "Converted", "转化人数", "count"),
        Column("share", "Of all who converted", "占转化者比例", "share"),
    ]
    note = Text(
        "From the first step to the last. Bins grow with the time, so that minutes and days fit on one page.",
        "自首步至末步。区间随时长递增，便于在同一页展示分钟与天。",
    )
    span = pl.format("{}-{}", "from_seconds", pl.col("to_seconds").cast(pl.String).fill_null("None"))
    title = Text(f"Time to convert, histogram: {measured.name}", f"转化时长分布：{measured.name}")
    return write_report(f"funnel-histogram-{measured.name}", title, note, columns, table.with_columns(span=span))


def report_trend(measured: MeasuredFunnel, by: Period = "day") -> Report:
    """Tell what became of the entrants of each day or week."""
    table = count_periods(measured.levels, measured.definition, measured.ends_at, measured.zone, by)
    everybody = table.filter(pl.col("segment") == WHOLE)
    young = int(everybody["entrants"].sum()) - int(everybody["settled"].sum())
    columns = [
        *measured.segment,
        Column("begins_on", *PERIODS[by], "time"),
        Column("entrants", "Entrants", "进入人数", "count"),
        Column("converted", "Converted", "转化", "count"),
        Column("lost", "Lost", "流失", "count"),
        Column("open", "Still open", "仍在途中", "count"),
        Column("settled", "Had their whole window", "窗口已结束", "count"),
        Column("conversion", "Conversion of these", "其转化率", "share"),
        LOW,
        HIGH,
    ]
    note = Text(
        f"By the first step, days in {measured.zone}. Conversion leaves out the {young:,} entrants whose window still "
        "runs, converted or not. 95 % Wilson interval.",
        f"按首步日期（时区 {measured.zone}）。转化率不计窗口尚未结束的 {young:,} 人，无论是否已转化。95% Wilson 区间。",
    )
    title = Text(
        f"Funnel by {by}: {measured.name}", f"转化趋势（{'按日' if by == 'day' else '按周'}）：{measured.name}"
    )
    dated = table.with_columns(pl.col("begins_on").dt.to_string("iso"))
    return write_report(f"funnel-trend-{measured.name}", title, note, columns, dated)


def _name_steps(table: pl.DataFrame, measured: MeasuredFunnel) -> pl.DataFrame:
    """Write out what the steps are called."""
    names = measured.steps
    return table.with_columns(
        from_name=pl.col("from_step").replace_strict(names, return_dtype=pl.String),
        to_name=pl.col("to_step").replace_strict(names, return_dtype=pl.String),
    )


def _say_span(begin: int, end: int | None) -> tuple[str, str]:
    """Say a span of seconds as people do: 30 s – 1 min."""
    if end is None:
        en, zh = _say_time(begin)
        return f"{en} and more", f"{zh}以上"
    first, last = _say_time(begin), _say_time(end)
    return f"{first[0]} – {last[0]}", f"{first[1]} – {last[1]}"


def _say_time(seconds: int) -> tuple[str, str]:
    size, en, zh = next((unit for unit in UNITS if seconds >= unit[0]), UNITS[-1])
    return f"{seconds / size:g} {en}", f"{seconds / size:g} {zh}"
