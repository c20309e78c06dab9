"""Reports for those who run the service: how the models did."""

import polars as pl

from echannel.reports.document import Column, write_report
from echannel.reports.words import QUESTIONS, VERDICTS
from serving import Report, Text


def report_evaluation(scores: pl.DataFrame) -> Report:
    """Tell how each model did against popularity."""
    columns = [
        Column("task", "Question", "任务", "text", QUESTIONS),
        Column("model", "Model", "模型", "text", QUESTIONS),
        Column("cases", "Cases", "样本数", "count"),
        Column("hit_rate", "Hit rate", "命中率", "share"),
        Column("mrr", "MRR", "MRR", "share"),
        Column("ndcg", "nDCG", "nDCG", "share"),
        Column("recall", "Recall", "召回率", "share"),
        Column("coverage", "Coverage", "覆盖率", "share"),
        Column("low", "Gain at least", "增益下限", "share"),
        Column("high", "Gain at most", "增益上限", "share"),
        Column("verdict", "Against popularity", "相对热门榜", "text", VERDICTS),
    ]
    k = scores["k"].to_list()[0] if len(scores) else 0
    note = Text(
        f"First {k} places; trained on the earlier sessions, judged on the later; 95 % bootstrap interval by person.",
        f"取前 {k} 位；以较早会话训练、较晚会话评估；按用户自助抽样的 95% 区间。",
    )
    return write_report("evaluation", Text("Models against popularity", "模型与热门榜对比"), note, columns, scores)
