"""Reports for those who run the service: how the models did."""

from collections.abc import Sequence

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, QUESTIONS, ROBOTS, VERDICTS
from echannel.training.decisions import StickinessEffect
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


def report_stickiness_effect(effects: Sequence[StickinessEffect]) -> Report:
    """Tell what stickiness does to the lists: the hits that it costs, and those that it brings."""
    columns = [
        Column("question", "Question", "任务", "text", QUESTIONS),
        Column("cases", "Cases", "样本数", "count"),
        Column("gained", "Hits gained", "新增命中", "count"),
        Column("lost", "Hits lost", "失去命中", "count"),
        Column("difference", "Hit rate", "命中率变化", "share"),
        Column("low", "at least", "下限", "share"),
        Column("high", "at most", "上限", "share"),
        Column("verdict", "Hits", "命中结论", "text", VERDICTS),
        Column("ranking", "Ranking", "排序变化", "share"),
        Column("ranking_low", "at least", "下限", "share"),
        Column("ranking_high", "at most", "上限", "share"),
        Column("ranking_verdict", "Ranking", "排序结论", "text", VERDICTS),
    ]
    rows = [
        (
            *(effect.question, effect.cases, effect.gained, effect.lost),
            *(effect.hits.difference, effect.hits.low, effect.hits.high, effect.hits.verdict),
            *(effect.ranking.difference, effect.ranking.low, effect.ranking.high, effect.ranking.verdict),
        )
        for effect in effects
    ]
    table = pl.DataFrame(rows, schema=[column.name for column in columns], orient="row")
    metric = effects[0].metric if effects else ""
    note = Text(
        f"The same lists with stickiness less those without, on the same cases; ranking: {metric}; 95 % bootstrap "
        "interval by person. It decides nothing.",
        f"同一批样本上，计入与不计入产品粘性的列表之差；排序：{metric}；按用户自助抽样的 95% 区间。仅供判断。",
    )
    return write_report(
        "stickiness-effect", Text("Stickiness in the lists", "产品粘性对列表的影响"), note, columns, table
    )
