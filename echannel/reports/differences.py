"""The report on two groups of sessions: which clicks tell them apart."""

from datetime import UTC, date, datetime, time
from typing import Literal, NamedTuple

import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ENDS
from ingest import Sessioned
from paths import compare_edges
from serving import Report, Text

TRAITS = ("channel", "device", "browser", "system", "region", "campaign")
"""What a session's first event may tell two groups apart by."""


WAYS: tuple[Literal["semi"], Literal["anti"]] = ("semi", "anti")


class Split(NamedTuple):
    """What the sessions of the first group have in common, and what to call both."""

    first: pl.Expr
    """Of an event: whether it puts its session into the first group."""
    names: tuple[Text, Text]


def report_differences(desk: Desk, groups: str = "") -> Report:
    """Compare two groups edge by edge: those who bought and the others, `device=mobile` or `since=2026-05-19`."""
    split = _read_split(groups or "bought")
    events = desk.tables.sessioned
    chosen = events.filter(split.first).select("session_id").unique()
    took, other = (Sessioned.cast(events.join(chosen, on="session_id", how=how).collect()) for how in WAYS)
    told = compare_edges(took, other, desk.settings.paths)
    table = told.head(desk.settings.paths.most_edges)
    sure = told.filter(pl.col("q_value") <= 0.05).height
    one, rest = split.names
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("source", "From", "来源页", "text", ENDS),
        Column("target", "To", "去向页", "text", ENDS),
        *_describe_group("a", one),
        *_describe_group("b", rest),
        Column("difference", "Difference", "差值", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("q_value", "q-value", "q 值", "text"),
    ]
    note = Text(
        f"{one.en} against {rest.en}: sessions that took a click, of those that saw the page it leaves. "
        f"95 % interval; {sure:,} of {len(told):,} differences have a q-value of 5 % or less; "
        f"the surest {len(table):,} are shown. A difference is no cause.",
        f"{one.zh}与{rest.zh}对比：走过该点击的会话占到过来源页会话的比例；95% 区间；"
        f"{len(told):,} 项中 {sure:,} 项 q 值不超过 5%，列出最确定的 {len(table):,} 项。差异不等于因果。",
    )
    title = Text("Clicks that tell two groups apart", "分组对比：点击路径")
    return write_report("path-differences", title, note, columns, table)


def _describe_group(name: str, called: Text) -> list[Column]:
    return [
        Column(f"sessions_{name}", f"{called.en}: took it", f"{called.zh}：走过", "count"),
        Column(f"out_of_{name}", f"{called.en}: could have", f"{called.zh}：到过来源页", "count"),
        Column(f"share_{name}", f"{called.en}: share", f"{called.zh}：占比", "share"),
    ]


def _read_split(groups: str) -> Split:
    """Read how sessions are put into two groups; raises `Stop` where it says nothing."""
    trait, _, value = groups.partition("=")
    if groups == "bought":
        return Split(pl.col("name") == "purchase", (Text("Bought", "已购买"), Text("Did not buy", "未购买")))
    if trait == "since":
        began = datetime.combine(_read_day(value), time(), UTC)
        first = (pl.col("step") == 1) & (pl.col("occurred_at") >= began)
        return Split(first, (Text(f"Since {value}", f"{value} 起"), Text("Before", "此前")))
    if trait in TRAITS and value:
        first = (pl.col("step") == 1) & (pl.col(trait) == value)
        return Split(first, (Text(value, value), Text("All others", "其余")))
    raise _refuse(groups)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refuse(f"since={text}") from None


def _refuse(groups: str) -> Stop:
    traits = ", ".join(f"{trait}=…" for trait in TRAITS)
    return Stop(
        Exit.WRONG_USE,
        f"{groups!r} does not make two groups",
        "report path-differences",
        f"Say bought, since=2026-05-19, or one of {traits}.",
    )
