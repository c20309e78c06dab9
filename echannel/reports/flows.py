"""Reports for product owners: how sessions go on step by step, from a page or to one."""

from difflib import get_close_matches

import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ENDS, OTHER
from paths import ENTRY, EXIT, count_flows, count_steps, read_visits
from serving import Report, Text

TO = "to:"
ANCHORS = {
    (False, ENTRY): Text("From where sessions begin", "自会话开始"),
    (True, EXIT): Text("Up to where sessions end", "至会话结束"),
}
SHOWN = 12
"""Pages that a step table shows for each channel; all others are one row of each step."""


def report_steps(desk: Desk) -> Report:
    """Count on which page sessions are at their first, second, third step."""
    steps = count_steps(desk.tables.sessioned, desk.settings.paths)
    pages = steps.filter(pl.col("page") != EXIT).group_by("channel", "page").agg(pl.col("sessions").sum())
    rank = pl.struct(-pl.col("sessions"), "page").rank("ordinal").over("channel")
    told = pages.filter(rank <= SHOWN).select("channel", "page", told=pl.lit(True))
    named = pl.when(pl.col("told") | (pl.col("page") == EXIT)).then("page").otherwise(pl.lit("(other)"))
    table = (
        steps.join(told, on=["channel", "page"], how="left")
        .group_by("channel", "step", page=named)
        .agg(pl.col("sessions", "share").sum(), pl.col("out_of").first())
        .sort("channel", "step", "sessions", "page", descending=[False, False, True, False])
    )
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("step", "Step", "第几步", "count"),
        Column("page", "Page", "页面", "text", ENDS | OTHER),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("out_of", "Of all", "会话总数", "count"),
        Column("share", "Share", "占比", "share"),
    ]
    on_pages = table.filter(pl.col("page") != EXIT)
    told_apart = on_pages.filter(pl.col("page") != "(other)")
    shown = int(told_apart["sessions"].sum()) / max(int(on_pages["sessions"].sum()), 1)
    note = Text(
        f"Where sessions are at each of their first {desk.settings.paths.most_steps} pages; (exit): ended by then. "
        f"The {SHOWN} busiest pages of each channel: {shown:.1%} of these page visits; the rest is (other).",
        f"会话前 {desk.settings.paths.most_steps} 步所在页面；“离开”指此前已结束。"
        f"每渠道列出最繁忙的 {SHOWN} 个页面，占这些访问的 {shown:.1%}，其余归入“其他”。",
    )
    return write_report("steps", Text("Step by step", "步骤分布"), note, columns, table)


def report_flows(desk: Desk, anchor: str = "") -> Report:
    """Count the flows from the entry, from a page (`home`) or to one (`to:order_done`); raises `Stop` for unknown ones.

    Rows are what a Sankey picture needs: one flow between two depths each.
    """
    visits = read_visits(desk.tables.sessioned)
    to = anchor.startswith(TO)
    page = anchor.removeprefix(TO) or (EXIT if to else ENTRY)
    if page not in (ENTRY, EXIT):
        refuse_unseen(page, visits.page_names.to_list(), "report flows")
    picture = count_flows(visits, desk.settings.paths, **{"end" if to else "start": page})
    table = picture.table.with_columns(pl.col("depth").abs())
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("depth", "Clicks to the end", "距终点点击数", "count")
        if to
        else Column("depth", "Clicks from the start", "距起点点击数", "count"),
        Column("source", "From", "来源页", "text", ENDS | OTHER),
        Column("target", "To", "去向页", "text", ENDS | OTHER),
        Column("sessions", "Sessions", "会话数", "count"),
    ]
    settings, followed = desk.settings.paths, int(table["sessions"].sum())
    named = picture.shown / max(followed, 1)
    where = ANCHORS.get((to, page)) or (
        Text(f"Up to the last visit of {page}", f"至末次到达 {page}")
        if to
        else Text(f"From the first visit of {page}", f"自首次到达 {page}")
    )
    note = Text(
        f"{where.en}, {settings.most_depths} clicks: {followed:,} of all {picture.of:,} clicks. The "
        f"{settings.pages_a_depth} busiest pages at each are told apart, the others are (other): shown so are "
        f"{named:.1%} of these clicks, {picture.share:.1%} of all.",
        f"{where.zh}，共 {settings.most_depths} 步：全部 {picture.of:,} 次点击中的 {followed:,} 次。"
        f"每层列出最繁忙的 {settings.pages_a_depth} 个页面，其余为“其他”；逐页所示占其中 {named:.1%}，"
        f"占全部点击的 {picture.share:.1%}。",
    )
    return write_report("flows", Text("Flows", "流向图"), note, columns, table)


def refuse_unseen(page: str, seen: list[str], where: str) -> None:
    """Raise `Stop` for a page that nobody saw, with the names that come nearest."""
    if page in seen:
        return
    near = get_close_matches(page, sorted(seen), n=3, cutoff=0.5) or sorted(seen)[:3]
    known = f"Pages that were seen: {', '.join(near)} …" if near else "No event of these sessions bears a page."
    raise Stop(Exit.WRONG_USE, f"nobody saw a page {page!r}", where, known)
