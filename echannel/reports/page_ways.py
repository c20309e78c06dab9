"""The report on one page: where its views came from and where they went."""

import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.flows import refuse_unseen
from echannel.reports.words import CHANNELS
from paths import trace_page
from serving import Report, Text

SIDES = {"in": ("Came from", "来自"), "out": ("Went to", "去往")}
KINDS = {
    "campaign": ("Entry by campaign", "进入（营销活动）"),
    "referrer": ("Entry from another site", "进入（外部来源）"),
    "direct": ("Entry, directly", "进入（直接访问）"),
    "page": ("Page", "页面"),
    "reload": ("Reload", "刷新"),
    "exit": ("Exit", "离开"),
}


def report_page(desk: Desk, page: str) -> Report:
    """List what leads to one page and away from it; raises `Stop` for a page nobody saw."""
    if not page:
        raise Stop(Exit.WRONG_USE, "a page is needed", "report page", "Name one: echannel report page home.")
    ways = trace_page(desk.tables.sessioned, page)
    if ways.is_empty():
        people = desk.tables.sessioned.filter(pl.col("robot").is_null(), pl.col("page").is_not_null())
        refuse_unseen(page, people.select(pl.col("page").unique()).collect()["page"].to_list(), "report page")
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("side", "Side", "方向", "text", SIDES),
        Column("kind", "Way", "方式", "text", KINDS),
        Column("name", "Name", "名称", "text"),
        Column("views", "Views", "浏览次数", "count"),
        Column("out_of", "Of all", "浏览总数", "count"),
        Column("share", "Share", "占比", "share"),
    ]
    views = int(ways.filter(side="in")["views"].sum())
    note = Text(
        f"All {views:,} views of {page}, reloads among them; on each channel both sides add up to its views.",
        f"{page} 的全部 {views:,} 次浏览（含刷新）；各渠道两侧合计均等于浏览总数。",
    )
    return write_report("page", Text(f"Page: {page}", f"单页流转：{page}"), note, columns, ways)
