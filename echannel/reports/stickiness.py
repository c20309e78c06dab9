"""The report of stickiness (产品粘性): how people stay with each product."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.small_cells import hide_small_cells, leave_out_few
from echannel.training.stickiness import read_stickiness
from serving import Report, Text

DIGITS = 6
"""Decimals of a share: what people read, and no noise of the quantiles."""
RETAINED = ("retained", "retained_low", "retained_high")
REPEAT = ("repeat_share", "repeat_low", "repeat_high")
TOLD = {"lasted": RETAINED, "buyers": REPEAT, "repeats": (*REPEAT, "ratio"), "once": (*REPEAT, "ratio")}
"""Each count of people, and what it could be worked out from."""


def report_stickiness(desk: Desk, most: int = 100) -> Report:
    """List how people stay with each product, the products of most people first.

    Products of fewer than 10 people are left out, and so are shares behind which fewer stand.
    """
    tables, settings = desk.tables, desk.settings.stickiness
    measured = leave_out_few(read_stickiness(tables, desk.settings))
    counted = hide_small_cells(measured.with_columns(once=pl.col("buyers") - pl.col("repeats")), TOLD)
    names = dict(tables.products.select("item_id", "name").iter_rows())
    named = counted.with_columns(name=pl.col("item_id").replace_strict(names, default=None, return_dtype=pl.String))
    columns = [
        Column("item_id", "Item", "商品", "text"),
        Column("name", "Name", "名称", "text"),
        Column("people", "People", "人数", "count"),
        Column("active_share", "Active days", "活跃天数占比", "share"),
        Column("active_low", "at least", "下限", "share"),
        Column("active_high", "at most", "上限", "share"),
        Column("retained", "Still there", "留存率", "share"),
        Column("retained_low", "at least", "下限", "share"),
        Column("retained_high", "at most", "上限", "share"),
        Column("buyers", "Buyers", "购买人数", "count"),
        Column("repeat_share", "Buy again", "复购率", "share"),
        Column("repeat_low", "at least", "下限", "share"),
        Column("repeat_high", "at most", "上限", "share"),
        Column("ratio", "Against all", "相对全体", "number"),
    ]
    note = Text(
        f"Still there after {settings.horizon_days} days, by Kaplan and Meier; gone after {settings.quiet_days} days of"
        " silence. Shares of few are shrunk towards that of all; 95 % intervals. Against all: √(active days · buy "
        "again), each over that of all products. Left out or empty: fewer than 10 people. Still there is empty, too, "
        f"where nobody was watched for {settings.horizon_days + settings.quiet_days + 1} days: not known yet.",
        f"{settings.horizon_days} 天后仍在的占比（Kaplan–Meier）；静默超过 {settings.quiet_days} 天视为离开。"
        "样本少者向总体收缩；95% 区间。"
        "相对全体：√(活跃天数占比 · 复购率)，各除以全部商品之值。不足 10 人者不列出或留空。"
        f"无人被观察满 {settings.horizon_days + settings.quiet_days + 1} 天时，留存率尚不可知，亦留空。",
    )
    rounded = named.with_columns(pl.col(pl.Float64).round(DIGITS))
    table = rounded.sort("people", "item_id", descending=[True, False]).head(most)
    return write_report("stickiness", Text("Stickiness", "产品粘性"), note, columns, table)
