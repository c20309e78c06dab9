"""Reports for those who run the service: how the models did."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, QUESTIONS, ROBOTS, VERDICTS
from serving import Report, Text


def report_robots(desk: Desk) -> Report:
    """Count what is flagged as no person's, by channel and reason: left out of every other report, never dropped."""
    events = desk.tables.sessioned.lazy().with_columns(of_channel=pl.len().over("channel"))
    table = (
        events.filter(pl.col("robot").is_not_null())
        .group_by("channel", "robot")
        .agg(
            events=pl.len(),
            share=pl.len() / pl.col("of_channel").first(),
            sessions=pl.col("session_id").n_unique(),
            visitors=pl.col("visitor_id").n_unique(),
        )
        .sort("events", "channel", "robot", descending=[True, False, False])
        .collect()
    )
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("robot", "Why no person", "判定原因", "text", ROBOTS),
        Column("events", "Events", "事件数", "count"),
        Column("share", "Of the channel's events", "占渠道事件比例", "share"),
        Column("sessions", "Sessions", "会话数", "count"),
        Column("visitors", "Visitors", "访客数", "count"),
    ]
    note = Text(
        "Flagged with a reason, kept, and left out of every other report. The settings say what counts: [robots].",
        "已标记原因并保留，但不计入其他任何报表。判定规则见配置 [robots]。",
    )
    return write_report("robots", Text("Robots, left out", "机器人流量（不计入）"), note, columns, table)


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
