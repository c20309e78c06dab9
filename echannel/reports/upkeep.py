"""Reports for those who run the service: what was quarantined, and how the models did."""

import polars as pl

from echannel.reports.document import Column, write_report
from echannel.reports.words import QUESTIONS, VERDICTS
from ingest import REASONS
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


def report_quarantine(quarantined: pl.DataFrame) -> Report:
    """Count the lines that could not become events by reason and source, with an example of each."""
    table = (
        quarantined.sort("source", "line")
        .group_by("reason", "source", maintain_order=True)
        .agg(lines=pl.len(), example=pl.col("raw").first().str.slice(0, 100), line=pl.col("line").first())
        .with_columns(meaning=pl.col("reason").replace_strict(REASONS, default=None))
        .sort("lines", "reason", "source", descending=[True, False, False])
    )
    columns = [
        Column("reason", "Reason", "原因", "text"),
        Column("meaning", "Meaning", "说明", "text"),
        Column("source", "Source", "来源", "text"),
        Column("lines", "Lines", "行数", "count"),
        Column("line", "First at line", "首次出现行号", "count"),
        Column("example", "Example", "示例", "text"),
    ]
    note = Text(
        "Kept up to 2,048 characters, phone numbers and secrets redacted.", "保留前 2048 个字符，手机号与密钥已脱敏。"
    )
    return write_report("quarantine", Text("Quarantine", "隔离区"), note, columns, table)
