"""Reports on whole ways: the most common ones, and those that a pattern tells."""

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS
from paths import FoundPath, PathCount, PathSearch, PatternError, rank_top_paths, search_paths
from serving import Report, Text, wilson_bounds

ARROW = " → "
PARTS = {
    "whole": ("Whole session", "完整会话"),
    "start": ("How it begins", "会话开头"),
    "within": ("Anywhere in it", "会话中任意位置"),
}
ALL_CHANNELS = {"(all)": ("All channels", "全部渠道")}
ANY_WAY = {"(any)": ("(any way that matches)", "（所有匹配路径）")}


def report_top_paths(desk: Desk) -> Report:
    """List the ways that most sessions go, and say how much of all they are."""
    settings = desk.settings
    table = rank_top_paths(desk.tables.sessioned, settings.top_paths, settings.goal, settings.paths)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("part", "Part", "范围", "text", PARTS),
        Column("rank", "Rank", "排名", "count"),
        Column("path", "Pages", "页面路径", "text"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("share", "Of all sessions", "占全部会话", "share"),
        Column("people", "People", "人数", "count"),
        Column("reached", "Reached the goal", "达成目标", "count"),
        Column("reached_share", "Share that did", "达成率", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("shown", "Shown down to here", "累计占比", "share"),
    ]
    pages, most, goal = settings.top_paths.pages, settings.top_paths.most, settings.goal.reach
    shown = _tell_shown(table)
    note = Text(
        f"The {most} most common ways of each kind and channel: {shown['whole']:.1%} of whole sessions, "
        f"{shown['start']:.1%} of beginnings, {shown['within']:.1%} of all runs of {pages} pages. Goal: {goal}, "
        "anywhere in the session, so a way need not have led to it. 95 % Wilson interval.",
        f"每类、每渠道最常见的 {most} 条：占完整会话的 {shown['whole']:.1%}、会话开头的 {shown['start']:.1%}、"
        f"连续 {pages} 页片段的 {shown['within']:.1%}。"
        f"目标（{goal}）在会话内任意时刻达成，不代表因果；95% Wilson 区间。",
    )
    table_shown = table.with_columns(pl.col("path").list.join(ARROW))
    return write_report("top-paths", Text("Most common paths", "热门路径"), note, columns, table_shown)


def report_path_search(desk: Desk, pattern: str) -> Report:
    """Tell how many sessions match a path pattern, and by which ways."""
    counts, paths, _ = _search(desk, pattern)
    columns = [
        Column("channel", "Channel", "渠道", "text", {**CHANNELS, **ALL_CHANNELS}),
        Column("path", "Way", "路径", "text", ANY_WAY),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("share", "Of all sessions", "占全部会话", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("people", "People", "人数", "count"),
        Column("median_seconds", "Median seconds", "耗时中位数（秒）", "seconds"),
    ]
    every = counts.row(0, named=True)
    shown = paths["sessions"].sum() / max(every["matched"], 1)
    note = Text(
        f"{pattern} — {every['matched']:,} of {every['sessions']:,} sessions match, each counted once with its first "
        f"match. The ways that are told are {shown:.1%} of them. 95 % Wilson interval.",
        f"{pattern} — {every['sessions']:,} 个会话中有 {every['matched']:,} 个匹配，每个会话按首次匹配计一次；"
        f"所列路径占匹配会话的 {shown:.1%}。95% Wilson 区间。",
    )
    table = _put_together(counts, paths)
    return write_report("path-search", Text("Path search", "路径搜索"), note, columns, table)


def report_path_sessions(desk: Desk, pattern: str) -> Report:
    """List the sessions that match a path pattern."""
    zone = desk.settings.zone
    table = _search(desk, pattern).sessions.with_columns(
        pl.col("began_at").dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d %H:%M:%S")
    )
    columns = [
        Column("session_id", "Session", "会话", "text"),
        Column("person_id", "Person", "用户", "text"),
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("began_at", "Way began", "路径开始时间", "text"),
        Column("first_step", "First event", "首个事件序号", "count"),
        Column("last_step", "Last event", "末个事件序号", "count"),
        Column("steps", "Steps", "步数", "count"),
        Column("seconds", "Seconds", "耗时（秒）", "seconds"),
    ]
    note = Text(
        f"{pattern} — times in {zone}; pseudonyms, as the tables have them.",
        f"{pattern} — 时区 {zone}；ID 为假名，与各表一致。",
    )
    return write_report("path-sessions", Text("Sessions of a path", "匹配路径的会话"), note, columns, table)


def _search(desk: Desk, pattern: str) -> PathSearch:
    """Search; raises `Stop` where the pattern is wrong."""
    try:
        return search_paths(desk.tables.sessioned, pattern, desk.settings.paths)
    except PatternError as fault:
        what, _, faults = str(fault).partition(". ")
        raise Stop(Exit.WRONG_USE, what[0].lower() + what[1:], pattern or "no pattern", faults) from None


def _put_together(counts: dy.DataFrame[PathCount], paths: dy.DataFrame[FoundPath]) -> pl.DataFrame:
    """Put the channels and the ways under one another, as shares of the sessions that could have matched."""
    measures = ("people", "median_seconds")
    ways = pl.concat(
        [
            counts.select("channel", *measures, path=pl.lit("(any)"), sessions="matched", of="sessions"),
            paths.select(
                *measures,
                "sessions",
                channel=pl.lit("(all)"),
                path=pl.col("path").list.join(ARROW),
                of=pl.lit(counts["sessions"][0]),
            ),
        ],
        how="diagonal_relaxed",
    )
    low, high = wilson_bounds(ways["sessions"].to_numpy(), ways["of"].to_numpy())
    return ways.with_columns(share=pl.col("sessions") / pl.max_horizontal("of", 1), low=low, high=high)


def _tell_shown(table: pl.DataFrame) -> dict[str, float]:
    """Tell how much of each kind is shown, all channels together."""
    last = table.group_by("channel", "part").agg(times=pl.col("times").sum(), shown=pl.col("shown").max())
    shares = last.group_by("part").agg(shown=pl.col("times").sum() / (pl.col("times") / pl.col("shown")).sum())
    return dict.fromkeys(PARTS, 0.0) | dict(shares.iter_rows())
