"""Reports for merchandisers: what is viewed and bought together, with the evidence."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from recommend import bought_baskets, count_pairs, mine_rules, viewed_baskets
from serving import Report, Text


def report_also_viewed(desk: Desk, most: int = 100) -> Report:
    """List the strongest pairs of items viewed in one session."""
    pairs = count_pairs(viewed_baskets(desk.tables.sessioned), desk.settings.pairs)
    return _report_pairs("also-viewed", Text("Also viewed", "同时浏览"), pairs, desk, most)


def report_also_bought(desk: Desk, most: int = 100) -> Report:
    """List the strongest pairs of items bought together."""
    pairs = count_pairs(bought_baskets(desk.tables.orders, desk.settings.baskets), desk.settings.pairs)
    return _report_pairs("also-bought", Text("Also bought", "同样购买了这个"), pairs, desk, most)


def report_rules(desk: Desk, most: int = 100) -> Report:
    """List the rules of three and more items among the orders."""
    rules = mine_rules(bought_baskets(desk.tables.orders, desk.settings.baskets), desk.settings.rules)
    table = rules.head(most).with_columns(pl.col("antecedent", "consequent").list.join(" + "))
    columns = [
        Column("antecedent", "Who buys", "购买了", "text"),
        Column("consequent", "also buys", "也购买", "text"),
        Column("baskets", "Orders", "订单数", "count"),
        Column("confidence", "Confidence", "置信度", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("lift", "Lift", "提升度", "text"),
    ]
    note = Text("95 % Wilson interval of the confidence.", "置信度的 95% Wilson 区间。")
    return write_report("rules", Text("Rules of three and more", "三项及以上关联规则"), note, columns, table)


def _report_pairs(name: str, title: Text, pairs: pl.DataFrame, desk: Desk, most: int) -> Report:
    best = pl.max_horizontal("low_ab", "low_ba")
    table = pairs.sort(best, "baskets", "item_a", "item_b", descending=[True, True, False, False]).head(most)
    columns = [
        Column("item_a", "Item", "商品", "text"),
        Column("name_a", "Name", "名称", "text"),
        Column("item_b", "and item", "与商品", "text"),
        Column("name_b", "Name", "名称", "text"),
        Column("baskets", "Together", "共同次数", "count"),
        Column("baskets_a", "Of the first", "前者次数", "count"),
        Column("baskets_b", "Of the second", "后者次数", "count"),
        Column("confidence_ab", "First, then second", "前→后 置信度", "share"),
        Column("low_ab", "At least", "下限", "share"),
        Column("confidence_ba", "Second, then first", "后→前 置信度", "share"),
        Column("low_ba", "At least", "下限", "share"),
        Column("ratio", "Times chance", "相对随机倍数", "text"),
        Column("q_value", "q-value", "q 值", "text"),
    ]
    note = Text(
        f"The {len(table):,} surest of {len(pairs):,} pairs. Times chance: against baskets of the same sizes mixed up.",
        f"最可靠的 {len(table):,} 对（共 {len(pairs):,} 对）。相对随机倍数：与相同大小的随机篮子相比。",
    )
    return write_report(name, title, note, columns, desk.name_items(table))
