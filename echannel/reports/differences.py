"""The report on two groups of sessions: which clicks tell them apart."""

from datetime import date
from typing import Literal, NamedTuple

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS, ENDS
from ingest import Sessioned
from paths import compare_edges
from serving import Report, Text

TRAITS = ("channel", "device", "browser", "system", "region", "campaign")
"""What a session's first event may tell two groups apart by."""
BOUGHT = "bought"
WAYS: tuple[Literal["semi"], Literal["anti"]] = ("semi", "anti")


class Split(NamedTuple):
    """What the sessions of the first group have in common, and what to call both."""

    first: pl.Expr
    """Of an event: whether it puts its session into the first group."""
    names: tuple[Text, Text]
    days: Text = Text("", "")
    """Whose days they are, where days tell them apart."""


def report_differences(desk: Desk, groups: str = "") -> Report:
    """Compare two groups edge by edge: those who bought and the others, `device=mobile`, or some days.

    Raises `Stop` where the groups are not two.
    """
    groups = groups or BOUGHT
    split = _read_split(groups, desk.settings.zone)
    took, other = _share_out(desk.tables.sessioned, split.first)
    counts = [_count_sessions(group) for group in (took, other)]
    if groups != BOUGHT and 0 in counts:
        raise _refuse_one_group(desk, groups, split.names[counts.index(0)].en)
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
        Column("q_value", "q-value", "q 值", "number"),
    ]
    note = Text(
        f"{one.en} ({counts[0]:,} sessions) against {rest.en} ({counts[1]:,}): sessions that took a click, of those "
        "that saw the page it leaves. "
        f"95 % interval; {sure:,} of {len(told):,} differences have a q-value of 5 % or less; "
        f"the surest {len(table):,} are shown. A difference is no cause.{split.days.en}",
        f"{one.zh}（{counts[0]:,} 个会话）与{rest.zh}（{counts[1]:,} 个）对比：走过该点击的会话占"
        f"到过来源页会话的比例；95% 区间；"
        f"{len(told):,} 项中 {sure:,} 项 q 值不超过 5%，列出最确定的 {len(table):,} 项。差异不等于"
        f"因果。{split.days.zh}",
    )
    title = Text("Clicks that tell two groups apart", "分组对比：点击路径")
    return write_report("path-differences", title, note, columns, table)


def _describe_group(name: str, called: Text) -> list[Column]:
    return [
        Column(f"sessions_{name}", f"{called.en}: took it", f"{called.zh}：走过", "count"),
        Column(f"out_of_{name}", f"{called.en}: could have", f"{called.zh}：到过来源页", "count"),
        Column(f"share_{name}", f"{called.en}: share", f"{called.zh}：占比", "share"),
    ]


def _share_out(events: dy.LazyFrame[Sessioned], first: pl.Expr) -> tuple[dy.DataFrame[Sessioned], ...]:
    """Put the sessions into two groups."""
    chosen = events.filter(first).select("session_id").unique()
    return tuple(Sessioned.cast(events.join(chosen, on="session_id", how=how).collect()) for how in WAYS)


def _count_sessions(events: dy.DataFrame[Sessioned]) -> int:
    return events.filter(pl.col("robot").is_null(), pl.col("page").is_not_null())["session_id"].n_unique()


def _read_split(groups: str, zone: str) -> Split:
    """Read how sessions are put into two groups; raises `Stop` where it says nothing."""
    trait, _, value = groups.partition("=")
    if groups == BOUGHT:
        return Split(pl.col("name") == "purchase", (Text("Bought", "已购买"), Text("Did not buy", "未购买")))
    opens = pl.col("step") == 1
    if trait in TRAITS and value:
        return Split(opens & (pl.col(trait) == value), (Text(value, value), Text("All others", "其余")))
    day = pl.col("occurred_at").dt.convert_time_zone(zone).dt.date()
    days = Text(f" Days in {zone}.", f"日期按 {zone}。")
    if trait == "since":
        names = Text(f"Since {value}", f"{value} 起"), Text("Before", "此前")
        return Split(opens & (day >= _read_day(value, groups)), names, days)
    begin, period, end = groups.partition("..")
    if period:
        names = Text(f"{begin} to {end}", f"{begin} 至 {end}"), Text("Other days", "其余日期")
        return Split(opens & day.is_between(_read_day(begin, groups), _read_day(end, groups)), names, days)
    raise _refuse(groups)


def _read_day(text: str, groups: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refuse(groups) from None


def _refuse(groups: str) -> Stop:
    traits = ", ".join(f"{trait}=…" for trait in TRAITS)
    return Stop(
        Exit.WRONG_USE,
        f"{groups!r} does not make two groups",
        "report path-differences",
        f"Say {BOUGHT}, since=2026-05-19, 2026-05-19..2026-06-07, or one of {traits}.",
    )


def _refuse_one_group(desk: Desk, groups: str, nobody: str) -> Stop:
    """Refuse to compare with nobody, and say whom there is to compare."""
    trait = groups.partition("=")[0]
    opened = desk.tables.sessioned.filter(pl.col("step") == 1, pl.col("robot").is_null())
    day = pl.col("occurred_at").dt.convert_time_zone(desk.settings.zone).dt.date()
    values = opened.select(told=pl.col(trait) if trait in TRAITS else day).unique().drop_nulls().sort("told").collect()
    known = values["told"].cast(pl.String).to_list()
    there = ", ".join(known[:20]) if trait in TRAITS else " … ".join(dict.fromkeys(known[:1] + known[-1:]))
    there = there or "none of people"
    return Stop(
        Exit.WRONG_USE,
        f"there are no sessions {nobody!r}",
        f"report path-differences {groups}",
        f"There are: {there}.",
    )
