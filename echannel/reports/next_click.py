"""The report of next clicks: where customers go from a page, and where it matters where they came from."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.paths import REPEATS
from echannel.reports.words import CHANNELS, ENDS
from paths import count_contexts, count_edges, count_next_clicks, count_remembered, find_memory, read_visits
from serving import Report, Text

ANY = {"(any)": ("(any page)", "（不限）")}
COLUMNS = [
    Column("channel", "Channel", "渠道", "text", CHANNELS),
    Column("page", "On page", "当前页", "text"),
    Column("before", "Coming from", "来自", "text", ENDS | ANY),
    Column("rank", "Rank", "排名", "count"),
    Column("next_page", "Next click", "下一次点击", "text"),
    Column("clicks", "Clicks", "点击次数", "count"),
    Column("share", "Share", "占比", "share"),
    Column("low", "At least", "下限", "share"),
    Column("high", "At most", "上限", "share"),
]


def report_next_click(desk: Desk, most: int = 5) -> Report:
    """List each page's most common next clicks; by the page before, too, where a test says that it matters."""
    visits, paths = read_visits(desk.tables.sessioned), desk.settings.paths
    contexts = count_contexts(visits, paths)
    memory = find_memory(contexts, desk.settings.next_click.memory)
    remembered = count_remembered(contexts, memory)
    plain = count_next_clicks(count_edges(visits, paths)).with_columns(before=pl.lit("(any)"))
    columns = [column.name for column in COLUMNS]
    shown = pl.concat([part.select(columns).filter(pl.col("rank") <= most) for part in (plain, remembered)])
    table = shown.sort("channel", "page", pl.col("before") != "(any)", "before", "rank")
    helped, told = int(memory["remembers"].sum()), 1 - desk.settings.next_click.memory.most_false
    repeats = REPEATS[paths.repeats]
    note = Text(
        f"Of all clicks that go on from the page, exits left out. {repeats.en} 95 % Wilson interval; the first "
        f"{most} of each page. By the page before only where it changes the next click: {helped:,} of {len(memory):,} "
        f"pages (likelihood-ratio test of order two against order one, {told:.0%} sure of the list).",
        f"占从该页继续点击的比例，不含离开；{repeats.zh}95% Wilson 区间；每页列前 {most} 位。"
        f"仅在上一页确实影响下一次点击时按“来自”分列：{len(memory):,} 个页面中的 {helped:,} 个"
        f"（二阶对一阶的似然比检验，整张清单的可信度 {told:.0%}）。",
    )
    return write_report("next-click", Text("Next click", "下一次点击"), note, COLUMNS, table)
