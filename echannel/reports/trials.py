"""Reports on trials: what another policy would have had, told from the log of the one in place."""

import polars as pl

from echannel.reports.document import Column, write_report
from echannel.reports.words import LAYOUT_VERDICTS
from serving import Report, Text

TRIAL = (
    Column("estimator", "Estimator", "估计方法", "text"),
    Column("own_value", "Clicks a showing, logged", "日志点击率", "share"),
    Column("value", "Planned", "规划点击率", "share"),
    Column("low", "At least", "下限", "share"),
    Column("high", "At most", "上限", "share"),
    Column("ratio", "Times the logged", "相对倍数", "number"),
    Column("ratio_low", "At least", "下限", "number"),
    Column("ratio_high", "At most", "上限", "number"),
    Column("effective", "Showings it is worth", "有效样本量", "count"),
    Column("effective_clicks", "Clicks", "有效点击", "count"),
    Column("verdict", "Verdict", "结论", "text", LAYOUT_VERDICTS),
)


def report_trial(estimates: pl.DataFrame) -> Report:
    """Tell what a policy would have had by four estimators, with the verdict."""
    unsupported = estimates["unsupported"][0]
    note = Text(
        f"95 % bootstrap intervals over rounds. Never shown: {unsupported:.1%} of what it would show. Believe dr.",
        f"按轮次自助法的 95% 区间。策略所选中从未展示的占 {unsupported:.1%}。以 dr 为准。",
    )
    return write_report("trial", Text("Trial on the log", "离线策略评估"), note, TRIAL, estimates)
