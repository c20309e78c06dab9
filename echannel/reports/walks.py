"""Reports for product owners: where customers walk, and where they give up."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS
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
