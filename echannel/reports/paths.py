"""Reports for product owners: the click paths."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ENDS
from paths import count_edges
from serving import Report, Text

REPEATS = {
    "collapsed": Text("A page seen again at once is one visit.", "连续重复计为一次。"),
    "kept": Text("A page seen again at once is a click to itself.", "连续重复按每次点击计。"),
}


def report_paths(desk: Desk, most: int = 100) -> Report:
    """List the busiest edges of the path graph, and say how much of all clicks they are."""
    edges = count_edges(desk.tables.sessioned, desk.settings.paths)
    table = edges.sort("clicks", "channel", "source", "target", descending=[True, False, False, False]).head(most)
    shown = int(table["clicks"].sum()) / max(int(edges["clicks"].sum()), 1)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("source", "From", "来源页", "text", ENDS),
        Column("target", "To", "去向页", "text", ENDS),
        Column("clicks", "Clicks", "点击次数", "count"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("share_out", "Of all leaving", "占离开比例", "share"),
        Column("share_in", "Of all coming", "占到达比例", "share"),
        Column("share_of_all", "Of all on the channel", "占渠道全部点击", "share"),
        Column("median_seconds", "Median seconds", "间隔中位数（秒）", "seconds"),
        Column("p95_seconds", "95 % within seconds", "95% 分位间隔（秒）", "seconds"),
        Column("lift", "Times chance", "相对随机倍数", "text"),
    ]
    repeats = REPEATS[desk.settings.paths.repeats]
    note = Text(
        f"The {len(table):,} busiest of {len(edges):,} edges: {shown:.1%} of all clicks. {repeats.en}",
        f"最繁忙的 {len(table):,} 条路径（共 {len(edges):,} 条），占全部点击的 {shown:.1%}；{repeats.zh}",
    )
    return write_report(
        "paths", Text("Click paths", "点击路径"), note, columns, table.with_columns(pl.col("lift").round(2))
    )
