"""Reports for product owners: the click paths, edge by edge and with the page before."""

from functools import partial

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ENDS
from paths import count_contexts, count_edges, prune_edges
from serving import Report, Text

REPEATS = {
    "collapsed": Text("A page seen again at once is one visit.", "连续重复计为一次。"),
    "kept": Text("A page seen again at once is a click to itself.", "连续重复按每次点击计。"),
}
SECONDS = [
    Column("median_seconds", "Median seconds", "间隔中位数（秒）", "seconds"),
    Column("p95_seconds", "95 % within seconds", "95% 分位间隔（秒）", "seconds"),
]


def report_paths(desk: Desk) -> Report:
    """List the busiest edges of the path graph, and say how much of all clicks they are."""
    edges = count_edges(desk.tables.sessioned, desk.settings.paths)
    picture = prune_edges(edges, most=desk.settings.paths.most_edges)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("source", "From", "来源页", "text", ENDS),
        Column("target", "To", "去向页", "text", ENDS),
        Column("clicks", "Clicks", "点击次数", "count"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("share_out", "Of all leaving", "占来源页流出", "share"),
        Column("share_in", "Of all coming", "占去向页流入", "share"),
        Column("share_of_all", "Of all on the channel", "占渠道全部点击", "share"),
        *SECONDS,
        Column("lift", "Times chance", "相对随机倍数", "number"),
    ]
    repeats, count, share = REPEATS[desk.settings.paths.repeats], len(picture.table), picture.share
    note = Text(
        f"The {count:,} busiest of {len(edges):,} edges: {share:.1%} of all clicks, entries and exits among them. "
        f"{repeats.en} Times chance: against clicks that did not care where they come from.",
        f"最繁忙的 {count:,} 条路径（共 {len(edges):,} 条），占全部点击（含进入与离开）的 {share:.1%}；"
        f"{repeats.zh}“相对随机倍数”：与不受来源页影响时相比。",
    )
    return write_report("paths", Text("Click paths", "点击路径"), note, columns, picture.table)


def report_contexts(desk: Desk) -> Report:
    """List the busiest contexts: where customers go from a page, by the page before it."""
    contexts = count_contexts(desk.tables.sessioned, desk.settings.paths)
    keys = ["channel", "before", "source", "target"]
    busiest = contexts.sort("clicks", *keys, descending=[True, *[False] * len(keys)])
    table = busiest.head(desk.settings.paths.most_edges)
    share = int(table["clicks"].sum()) / max(int(contexts["clicks"].sum()), 1)
    page = partial(Column, kind="text", words=ENDS)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        page("before", "Before", "再前一页"),
        page("source", "From", "来源页"),
        page("target", "To", "去向页"),
        Column("clicks", "Clicks", "点击次数", "count"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("share_out", "Of all leaving so", "占同一来路流出", "share"),
        Column("share_without_memory", "Whatever came before", "不计再前一页时", "share"),
        Column("lift", "Times that", "倍数", "number"),
        *SECONDS,
    ]
    note = Text(
        f"The {len(table):,} busiest of {len(contexts):,} pairs of pages and what follows: {share:.1%} of all clicks "
        "that leave a page. Where the two shares differ, the page before matters.",
        f"最繁忙的 {len(table):,} 种两页来路及去向（共 {len(contexts):,} 种），占全部离开页面点击的 {share:.1%}；"
        "两个占比不同，说明再前一页有影响。",
    )
    title = Text("Click paths with the page before", "点击路径（含再前一页）")
    return write_report("contexts", title, note, columns, table)
