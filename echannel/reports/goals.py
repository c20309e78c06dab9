"""Reports on the way to the goal: the pages it hangs on, and the ways round."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS
from paths import Visits, find_detours, rank_keystones, read_steps, walk_to_goal
from serving import Report, Text

ENDS = {"(goal)": ("(goal)", "（目标）")}


def report_keystones(desk: Desk) -> Report:
    """List the pages whose removal would cost the most goals."""
    walk, goal = _walk(desk), desk.settings.goal
    table = rank_keystones(walk, goal)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("page", "Page taken away", "假设去掉的页面", "text"),
        Column("sessions", "Sessions that came by", "经过该页的会话", "count"),
        Column("goals", "Of these, reached the goal", "其中达成目标", "count"),
        Column("onward", "Share that did", "达成率", "share"),
        Column("all_goals", "All that reached the goal", "达成目标的会话总数", "count"),
        Column("loss", "Goals lost without it", "损失的目标占比", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("goal_share", "Reach the goal now", "当前目标达成率", "share"),
        Column("goal_share_without", "Would without the page", "去掉该页后的达成率", "share"),
    ]
    note = Text(
        f"Of the sessions that reach the goal ({goal.reach}), those that came by the page before: lost if all who come "
        "to the page left there. 95 % Wilson interval. A page that every way leads through costs all; but "
        f"who finds a page gone may find another way. Pages that at least {goal.min_sessions} sessions came by "
        "before the goal; sessions may count for several pages, so rows do not add up.",
        f"达成目标（{goal.reach}）的会话中，此前经过该页的占比：若到达该页的客户都在此离开，这些目标即损失。"
        "95% Wilson 区间。必经页面损失全部；页面去掉后客户也可能另寻他路。"
        f"只列目标前至少有 {goal.min_sessions} 个会话经过的页面；同一会话可经过多页，各行不可相加。",
    )
    return write_report("keystones", Text("Pages that the goal hangs on", "目标所依赖的页面"), note, columns, table)


def report_detours(desk: Desk, most: int = 100) -> Report:
    """List the links that sessions went round on their way to the goal."""
    found = find_detours(_walk(desk), desk.settings.goal, desk.settings.paths)
    table = found.sort("sessions", "channel", "source", "target", descending=[True, False, False, False]).head(most)
    columns = [
        Column("channel", "Channel", "渠道", "text", CHANNELS),
        Column("source", "From", "起点页", "text"),
        Column("target", "To", "终点页", "text", ENDS),
        Column("via", "Mostly by way of", "最常绕经的页面", "text"),
        Column("via_share", "Just this way", "恰好如此绕行的占比", "share"),
        Column("sessions", "Sessions that went round", "绕行会话数", "count"),
        Column("share", "Of sessions with the goal", "占达成目标的会话", "share"),
        Column("low", "At least", "下限", "share"),
        Column("high", "At most", "上限", "share"),
        Column("direct_sessions", "Took the link and reached the goal", "直接点击并达成目标的会话数", "count"),
        Column("extra_clicks", "Extra clicks", "多余点击数", "count"),
    ]
    goal = desk.settings.goal
    note = Text(
        f"Pages that customers pass on the way to the goal ({goal.reach}) although a link leads straight on: it may be "
        f"hidden, or not wanted. At least {goal.min_sessions} sessions took the link, as many went round by "
        f"up to {goal.most_between} pages. The {len(table):,} of most sessions, of {len(found):,}. Ways round lie "
        "within one another: rows do not add up. 95 % Wilson interval.",
        f"客户在达成目标（{goal.reach}）途中本可直接点击却绕经其他页面：链接可能不明显，或并非所需。"
        f"直接点击与绕行均至少 {goal.min_sessions} 个会话，绕经至多 {goal.most_between} 页；"
        f"列出会话最多的 {len(table):,} 条（共 {len(found):,} 条）。"
        "绕行可能互相包含，各行不可相加；95% Wilson 区间。",
    )
    shown = table.with_columns(pl.col("via").list.join(" → "))
    return write_report("detours", Text("Detours on the way to the goal", "目标途中的绕行"), note, columns, shown)


def _walk(desk: Desk) -> Visits:
    return walk_to_goal(read_steps(desk.tables.sessioned), desk.settings.goal)
