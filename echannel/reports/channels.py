"""The report between channels: what is looked at on one and bought on another, for merchandisers."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.small_cells import leave_out_few
from echannel.reports.words import CHANNELS
from recommend import choose_baskets, count_crossings, list_bought_after_viewing, list_purchases, list_views_of_people
from serving import Report, Text

RELATIONS = {
    "viewed_then_bought": ("Viewed, then bought", "看了又买"),
    "viewed": ("Viewed within a period", "同期浏览"),
    "bought": ("Bought within a period", "同期购买"),
}
MOST_LIKELY_CHANCE = 0.05
"""Above this q-value rows come last, however large their share."""


def report_cross_channel(desk: Desk, most: int = 30) -> Report:
    """List, for each relation, the surest pairs between channels, and below them the surest within one."""
    tables, settings = desk.tables, desk.settings
    periods = settings.baskets.by_period()
    relations = {
        "viewed_then_bought": list_bought_after_viewing(
            tables.sessioned, tables.orders, settings.baskets, settings.relations.order_hours
        ),
        "viewed": list_views_of_people(tables.sessioned, periods),
        "bought": list_purchases(tables.orders, periods),
    }
    chosen = {name: choose_baskets(rows, settings.evidence).sightings for name, rows in relations.items()}
    crossings = leave_out_few(count_crossings(chosen, settings.relations, tables.ends_at))
    within = pl.col("channel_a") == pl.col("channel_b")
    order = (within, pl.col("relation").cast(pl.Enum(list(RELATIONS))), pl.col("q_value") > MOST_LIKELY_CHANCE)
    ties = ("channel_a", "item_a", "channel_b", "item_b")
    surest = crossings.sort(*order, -pl.col("low"), *ties)
    table = surest.group_by(within.alias("within"), "relation", maintain_order=True).head(most)
    note = Text(
        f"The surest of {len(crossings):,} pairs. A period is {settings.baskets.period_hours} hours of one person. "
        "Times chance: against baskets of the same sizes on the same two channels. Left out: fewer than 10 people.",
        f"共 {len(crossings):,} 对，列出最可靠者。“同期”指同一客户 {settings.baskets.period_hours} 小时内（跨渠道）。"
        "相对随机倍数：与同两渠道、相同大小的随机篮子相比。不足 10 人者不列出。",
    )
    title = Text("Between channels", "跨渠道关联")
    return write_report("cross-channel", title, note, _list_columns(), desk.name_items(table))


def _list_columns() -> list[Column]:
    return [
        Column("relation", "Relation", "关系", "text", RELATIONS),
        Column("channel_a", "On", "渠道", "text", CHANNELS),
        Column("item_a", "Item", "商品", "text"),
        Column("name_a", "Name", "名称", "text"),
        Column("channel_b", "then on", "另一渠道", "text", CHANNELS),
        Column("item_b", "Item", "商品", "text"),
        Column("name_b", "Name", "名称", "text"),
        Column("baskets", "Together", "共同次数", "count"),
        Column("people", "People", "人数", "count"),
        Column("baskets_a", "Of the first", "前者次数", "count"),
        Column("confidence", "Share", "占比", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("ratio", "Times chance", "相对随机倍数", "number"),
        Column("q_value", "q-value", "q 值", "number"),
    ]
