"""The report of sequences: what is bought next after what, for merchandisers."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from recommend import count_follow_ups, list_purchases
from serving import Report, Text

LEVELS = {"item": ("Product", "商品"), "category": ("Category", "品类")}


def report_sequences(desk: Desk, most: int = 50) -> Report:
    """List the surest sequences of products, then of categories."""
    tables, settings = desk.tables, desk.settings.sequences
    purchases = list_purchases(tables.orders, desk.settings.baskets)
    counted = count_follow_ups(purchases, tables.products, settings, tables.ends_at)
    surest = counted.sort(pl.col("level") != "item", "p_value", "first", "then")
    table = surest.group_by("level", maintain_order=True).head(most)
    named = desk.name_items(table.with_columns(item_a="first", item_b="then"))
    days = settings.horizon_days
    note = Text(
        "Sure where the q-value is small: then it comes next, and first, more often than by chance. Who has not bought "
        f"the second yet counts as far as they were watched (Kaplan–Meier); days: of those who buy it within {days:g}. "
        "Both are empty where nobody was watched so long: not known yet.",
        "q 值越小越可靠：表示先后次序与紧接次数均高于随机。尚未购买后者的客户按已观察天数计入（Kaplan–Meier）；"
        f"天数为 {days:g} 天内购买者的中位数。无人被观察满 {days:g} 天时，二者尚不可知，留空。",
    )
    return write_report("sequences", Text("Bought next after", "购买顺序"), note, _list_columns(f"{days:g}"), named)


def _list_columns(days: str) -> list[Column]:
    return [
        Column("level", "Level", "层级", "text", LEVELS),
        Column("first", "First", "先购买", "text"),
        Column("name_a", "Name", "名称", "text"),
        Column("then", "then", "后购买", "text"),
        Column("name_b", "Name", "名称", "text"),
        Column("persons", "Who bought the first", "先购买人数", "count"),
        Column("persons_next", "The second next", "紧接购买人数", "count"),
        Column("persons_later", "or later", "之后购买人数", "count"),
        Column("persons_reverse", "The other way round", "次序相反人数", "count"),
        Column("share_next", "Share next", "紧接占比", "share"),
        Column("low_next", "At least", "下限", "share"),
        Column("high_next", "At most", "上限", "share"),
        Column("ratio", "Times chance", "相对随机倍数", "number"),
        Column("share_within", f"Share within {days} days", f"{days} 天内占比", "share"),
        Column("low_within", "At least", "下限", "share"),
        Column("high_within", "At most", "上限", "share"),
        Column("median_days", "Days to it", "间隔天数（中位）", "number"),
        Column("low_days", "At least", "下限", "number"),
        Column("high_days", "At most", "上限", "number"),
        Column("q_value", "q-value", "q 值", "number"),
    ]
