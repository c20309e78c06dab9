"""Reports on single pages and groups of pages: hubs, dead ends, communities."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ROLES
from paths import count_edges, find_communities, rank_landmarks
from serving import Report, Text

SHOWN_PAGES = 8
"""Pages of a community that a row names."""


def report_landmarks(desk: Desk) -> Report:
    """List hubs and dead ends of the path graph."""
    edges = count_edges(desk.tables.sessioned, desk.settings.paths)
    table = rank_landmarks(edges, desk.settings.landmarks).filter(pl.col("role").is_not_null())
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("page", "Page", "页面", "text"),
        Column("role", "Role", "角色", "text", ROLES),
        Column("visits", "Visits", "到访次数", "count"),
        Column("ways_in", "Ways in", "入口数", "count"),
        Column("ways_out", "Ways out", "出口数", "count"),
        Column("exit_share", "Visits that ended the session", "离开率", "share"),
        Column("exit_share_low", "At least", "下限", "share"),
        Column("pagerank", "Attention (PageRank)", "关注度（PageRank）", "share"),
    ]
    note = Text(
        "Hub: many ways lead through it, and it holds more attention than most. Dead end: visits end the session here "
        "more often than on its channel, beyond doubt (95 % Wilson bound). Attention: the share of time of someone who "
        f"follows the usual clicks for ever. Pages with fewer than {desk.settings.landmarks.min_visits} visits are "
        "neither.",
        "枢纽：多条路径经过、关注度高于多数页面。死胡同：离开率显著高于渠道平均（95% Wilson 下限）。"
        "关注度：始终按常见点击浏览的人停留于此的时间占比。"
        f"到访不足 {desk.settings.landmarks.min_visits} 次的页面不作判断。",
    )
    return write_report("landmarks", Text("Hubs and dead ends", "枢纽与死胡同"), note, columns, table)


def report_communities(desk: Desk) -> Report:
    """List the groups of pages among which customers go to and fro."""
    table = find_communities(count_edges(desk.tables.sessioned, desk.settings.paths)).with_columns(
        size=pl.col("pages").list.len(),
        shown=pl.col("pages").list.head(SHOWN_PAGES).list.join(", "),
    )
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("community", "Community, by its busiest page", "社区（以最繁忙页面命名）", "text"),
        Column("size", "Pages", "页面数", "count"),
        Column("shown", f"Its busiest pages, up to {SHOWN_PAGES}", f"最繁忙的页面（至多 {SHOWN_PAGES} 个）", "text"),
        Column("visits", "Visits", "到访次数", "count"),
        Column("visit_share", "Of all visits", "占全部到访", "share"),
        Column("stay_share", "Clicks on that stay inside", "继续点击留在社区内的比例", "share"),
        Column("modularity", "Modularity of the channel", "渠道模块度", "number"),
    ]
    shares = table.filter(pl.col("looked_at") < 1).unique("channel").sort("channel")
    part = ", ".join(f"{row['channel']} {row['looked_at']:.1%}" for row in shares.iter_rows(named=True))
    note = Text(
        "Pages that customers use together: whoever is on one of them mostly goes on to another of them. Every page of "
        "a channel is in one community; a modularity below about 0.3 says that the channel hardly falls apart."
        + (f" Only the busiest links were looked at, of all clicks: {part}." if part else ""),
        "客户经常一起使用的页面：多数后续点击仍停留在同一社区内。"
        "每个页面只属于一个社区；模块度低于约 0.3 表示渠道几乎没有分区。"
        + (f"仅分析最繁忙的链接，占全部点击：{part}。" if part else ""),
    )
    return write_report("communities", Text("Communities of pages", "页面社区"), note, columns, table)
