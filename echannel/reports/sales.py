"""Reports for merchandisers: what is viewed and bought together, with the evidence."""

import dataframely as dy
import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.set_aside import say_set_aside
from echannel.reports.small_cells import leave_out_few
from recommend import Pair, Rule, count_pairs, mine_rules, take_views, tell_pairs
from serving import ColumnKind, Report, Text

COUNTS = (
    Column("baskets", "Both", "共同次数", "count"),
    Column("people", "People", "人数", "count"),
    Column("more", "Above chance", "超出随机", "count"),
    Column("confidence", "Confidence", "置信度", "share"),
    Column("low", "At least", "下限", "share"),
    Column("high", "At most", "上限", "share", detail=True),
    Column("ratio", "Times chance", "相对随机倍数", "number"),
    Column("q_value", "q-value", "q 值", "number"),
)
_FURTHER: tuple[tuple[str, str, str, ColumnKind], ...] = (
    ("baskets_antecedent", "Of the first", "前者次数", "count"),
    ("baskets_consequent", "Of the second", "后者次数", "count"),
    ("support", "Support", "支持度", "share"),
    ("support_antecedent", "Support of the first", "前者支持度", "share"),
    ("support_consequent", "Support of the second", "后者支持度", "share"),
    ("lift", "Lift", "提升度", "number"),
    ("leverage", "Leverage", "杠杆率", "number"),
    ("conviction", "Conviction", "确信度", "number"),
    ("zhang", "Zhang's measure", "Zhang 度量", "number"),
    ("jaccard", "Jaccard", "Jaccard 系数", "number"),
    ("certainty", "Certainty", "确定性因子", "number"),
    ("kulczynski", "Kulczynski", "Kulczynski 度量", "number"),
    ("representativity", "Representativity", "代表性", "number"),
    ("p_value", "p-value", "p 值", "number"),
)
MEASURES = tuple(Column(name, en, zh, kind, detail=True) for name, en, zh, kind in _FURTHER)
"""The other measures of `Rule`, for files."""


def report_also_viewed(desk: Desk, most: int = 100) -> Report:
    """List the pairs of items that are viewed in one session most above chance."""
    viewed = take_views(desk.tables.sessioned, desk.settings.evidence)
    pairs = count_pairs(viewed.baskets, desk.settings.pairs)
    return _report_pairs("also-viewed", Text("Also viewed", "也浏览了"), pairs, desk, most, say_set_aside(viewed))


def report_also_bought(desk: Desk, most: int = 100) -> Report:
    """List the pairs of items that are bought together most above chance."""
    pairs = count_pairs(desk.bought.baskets, desk.settings.pairs)
    aside = say_set_aside(desk.bought, desk.tables.returns)
    return _report_pairs("also-bought", Text("Also bought", "同样购买了这个"), pairs, desk, most, aside)


def report_rules(desk: Desk, most: int = 100) -> Report:
    """List the rules of three and more items among the orders, those first that are most above chance."""
    rules = leave_out_few(mine_rules(desk.bought.baskets, desk.settings.rules))
    table = _rank(rules, desk, "antecedent", "consequent").head(most)
    shown = table.with_columns(pl.col("antecedent", "consequent").list.join(" + "))
    aside = say_set_aside(desk.bought, desk.tables.returns)
    note = Text(f"{_note(len(table), len(rules)).en}{aside.en}", f"{_note(len(table), len(rules)).zh}{aside.zh}")
    columns = [
        Column("antecedent", "Who buys", "购买了", "text"),
        Column("consequent", "also buys", "也购买", "text"),
        *COUNTS,
        *MEASURES,
    ]
    return write_report("rules", Text("Rules of three and more", "三项及以上关联规则"), note, columns, shown)


def _report_pairs(name: str, title: Text, pairs: dy.DataFrame[Pair], desk: Desk, most: int, aside: Text) -> Report:
    """Report each pair in its surer direction: who has the one, has the other as well."""
    told = leave_out_few(pairs)
    table = _rank(told, desk, "item_a", "item_b").head(most)
    turned = _rank(_turn(Pair.cast(table)), desk, "antecedent", "consequent").with_columns(
        item_a=pl.col("antecedent").list.first(),
        item_b=pl.col("consequent").list.first(),
        confidence_back=pl.col("baskets") / pl.col("baskets_consequent"),
    )
    columns = [
        Column("item_a", "Item", "商品", "text"),
        Column("name_a", "Name", "名称", "text"),
        Column("item_b", "goes with", "搭配商品", "text"),
        Column("name_b", "Name", "名称", "text"),
        *COUNTS,
        Column("confidence_back", "The other way", "反向置信度", "share", detail=True),
        *MEASURES,
    ]
    note = _note(len(table), len(told))
    return write_report(
        name, title, Text(f"{note.en}{aside.en}", f"{note.zh}{aside.zh}"), columns, desk.name_items(turned)
    )


def _rank(rows: pl.DataFrame, desk: Desk, *ties: str) -> pl.DataFrame:
    """Put first what is surely more than chance, and of it what comes most often above it: what pays to act on."""
    sure = pl.col("q_value") <= desk.settings.bundles.candidates.max_q_value
    ranked = rows.with_columns(more=pl.col("baskets") - pl.col("expected"), sure=sure)
    ordered = ranked.sort("sure", "more", *ties, descending=[True, True, *[False] * len(ties)])
    return ordered.drop("sure").with_columns(pl.col("more").round().cast(pl.Int64))


def _turn(pairs: dy.DataFrame[Pair]) -> dy.DataFrame[Rule]:
    """Turn each pair to its surer direction; of equal ones the first item leads."""
    pair = pl.concat_list("antecedent", "consequent").list.sort().list.join("\t")
    return Rule.cast(tell_pairs(pairs).with_columns(pair=pair).unique("pair", keep="first", maintain_order=True))


def _note(shown: int, every: int) -> Text:
    return Text(
        f"The {shown:,} of {every:,} that come most often above chance, the sure ones first. Chance: baskets of the "
        "same sizes, mixed up. At least, at most: 95 % Wilson interval of the confidence. Baskets of one person tell "
        "less in the q-value. Left out: fewer than 10 people. Files hold more measures.",
        f"超出随机次数最多的 {shown:,} 条（共 {every:,} 条），显著者在前。随机：大小相同、内容打乱的购物篮。"
        "上下限为置信度的 95% Wilson 区间。同一人的多个购物篮在 q 值中折减计算。"
        "不足 10 人者不列出。导出文件含更多度量。",
    )
