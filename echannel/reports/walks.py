"""Reports for product owners: where customers walk, and where they give up."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS
from paths import (
    count_edges,
    count_next_clicks,
)
from serving import Report, Text


def report_overview(desk: Desk) -> Report:
    """Count each channel's events, sessions, visitors and customers, and the robots left out."""
    person = pl.col("robot").is_null()
    counts = desk.tables.sessioned.group_by("channel").agg(
        events=person.sum(),
        sessions=pl.col("session_id").filter(person).n_unique(),
        visitors=pl.col("visitor_id").filter(person).n_unique(),
        customers=pl.col("customer_id").filter(person).drop_nulls().n_unique(),
        orders=(person & (pl.col("name") == "purchase")).sum(),
        robots=(~person).sum(),
    )
    table = counts.sort("channel").collect()
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("events", "Events of people", "用户事件数", "count"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("visitors", "Visitors", "访客数", "count"),
        Column("customers", "Customers known", "已识别客户数", "count"),
        Column("orders", "Purchases seen", "购买事件数", "count"),
        Column("robots", "Events of robots, left out", "机器人事件数（不计入）", "count"),
    ]
    note = Text("Robots are flagged and left out of every report.", "机器人流量已标记，不计入任何报表。")
    return write_report("overview", Text("Channels", "渠道概览"), note, columns, table)


def report_next_click(desk: Desk, most: int = 5) -> Report:
    """List each page's most common next clicks with counts and intervals."""
    table = count_next_clicks(count_edges(desk.tables.sessioned)).filter(pl.col("rank") <= most)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("page", "On page", "当前页", "text"),
        Column("rank", "Rank", "排名", "count"),
        Column("next_page", "Next click", "下一次点击", "text"),
        Column("clicks", "Clicks", "点击次数", "count"),
        Column("share", "Share", "占比", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
    ]
    note = Text(
        "Of all clicks that go on from the page; 95 % Wilson interval.", "占从该页继续点击的比例；95% Wilson 区间。"
    )
    return write_report("next-click", Text("Next click", "下一次点击"), note, columns, table)
