"""Reports on giving up: where, at what cost, where to, and after which pages."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import AGAINST, ALL, CHANNELS, DEVICES, NO_CART, STAGES, WHEN
from paths import count_abandonment, count_departures, count_drop_off, find_stories, weigh_pages
from serving import Report, Text

LOW, HIGH = Column("low", "At least", "下限", "share"), Column("high", "At most", "上限", "share")
CHANNEL = Column("channel", "Channel", "渠道", "text", CHANNELS)
PAGE = Column("page", "Page", "页面", "text")
LEAST_CHANCE = 1e-6
"""Chances below are told as at most this: a bound of zero would read as certainty."""
OF_CARTS = ("items_left", "value_left", "emptied", "recovered", "recovered_value")
"""What only a cart has."""


def report_abandonment(desk: Desk) -> Report:
    """Count where carts were given up, the value left and what came back; the most value first, looks last."""
    look = pl.col("stage") == "page"
    table = (
        count_abandonment(desk.journeys)
        .filter(pl.col("stage") != "purchase")
        .with_columns(pl.when(~look).then(pl.col(OF_CARTS)), pl.col("recovery_hours").round(1))
        .sort(look, maintain_order=True)
    )
    columns = [
        Column("stage", "Given up at", "放弃环节", "text", STAGES | NO_CART),
        CHANNEL,
        Column("reached", "Came this far", "到达人次", "count"),
        Column("gave_up", "Gave up here", "在此放弃", "count"),
        Column("share", "Share", "放弃率", "share"),
        LOW,
        HIGH,
        Column("open", "Still open", "仍在途中", "count"),
        Column("emptied", "Emptied by hand", "主动清空", "count"),
        Column("items_left", "Pieces left", "遗留件数", "count"),
        Column("value_left", "Value left", "遗留金额", "money"),
        Column("recovered", "Recovered later", "后来挽回", "count"),
        Column("recovered_value", "Value recovered", "挽回金额", "money"),
        Column("recovery_hours", "Median hours until then", "挽回用时中位数（小时）", "number"),
        Column("last_page", "Last page, mostly", "最常见的最后页面", "text"),
    ]
    rules = desk.settings.abandonment
    note = Text(
        f"One customer's way to one order, over all channels; given up after {rules.quiet_hours:g} hours of silence, "
        f"recovered if any of it is bought within {rules.recover_days:g} days; by the channel of the last event. Looks "
        "without a cart stand last. 95 % Wilson interval of the share.",
        f"按客户跨渠道统计每次购买历程；静默超过 {rules.quiet_hours:g} 小时视为放弃，{rules.recover_days:g} 天内"
        "买回其中任一商品视为挽回；渠道按最后一次操作计。从未加购的浏览列于最后。放弃率为 95% Wilson 区间。",
    )
    return write_report("abandonment", Text("Where customers give up", "客户何时放弃"), note, columns, table)


def report_departures(desk: Desk, most: int = 10) -> Report:
    """List where those who left a cart went next, the most common pages of each channel."""
    table = count_departures(desk.journeys).group_by("channel", maintain_order=True).head(most)
    columns = [
        CHANNEL,
        Column("when", "When", "时机", "text", WHEN),
        PAGE,
        Column("journeys", "Carts left", "放弃次数", "count"),
        Column("out_of", "Of all carts left", "渠道放弃总数", "count"),
        Column("share", "Share", "占比", "share"),
        LOW,
        HIGH,
    ]
    note = Text(
        f"The next five pages of the same visit, else the next visit's first page, on any channel; the {most} most "
        "common of each channel. A cart counts once a page: shares may add up to more than 100 %. 95 % Wilson bounds.",
        f"同一次访问的后五个页面，否则为下次访问（任意渠道）的首个页面；每个渠道列出前 {most} 项。"
        "同一购物车每页计一次，占比之和可超过 100%。95% Wilson 区间。",
    )
    return write_report("departures", Text("Where those who left went", "放弃后去了哪里"), note, columns, table)


def report_drop_off(desk: Desk, most: int = 100) -> Report:
    """Count exits over views of each page by channel and device, with the last action before leaving."""
    told = count_drop_off(desk.tables.sessioned)
    table = told.head(most)
    columns = [
        PAGE,
        CHANNEL,
        Column("device", "Device", "设备", "text", DEVICES),
        Column("views", "Views", "浏览次数", "count"),
        Column("exits", "Exits", "离开次数", "count"),
        Column("share", "Exit share", "离开率", "share"),
        LOW,
        HIGH,
        Column("last_action", "Last action, mostly", "最常见的最后动作", "text"),
        Column("last_action_share", "Of the exits", "占离开比例", "share"),
    ]
    shown = int(table["exits"].sum()) / max(int(told["exits"].sum()), 1)
    note = Text(
        f"Views after which the session saw no other page; repeats are one view. The {len(table):,} rows with the most "
        f"exits of {len(told):,}: {shown:.1%} of all exits. 95 % Wilson interval.",
        f"离开指此次浏览后会话未再看其他页面；连续重复计为一次。离开最多的 {len(table):,} 行（共 {len(told):,} 行），"
        f"占全部离开的 {shown:.1%}。95% Wilson 区间。",
    )
    return write_report("drop-off", Text("Page drop-off", "页面流失"), note, columns, table)


def report_page_risks(desk: Desk) -> Report:
    """List the pages whose visitors gave their carts up more, or less, than others of the channel."""
    table = weigh_pages(desk.tables.sessioned, desk.journeys)
    columns = [
        PAGE,
        CHANNEL,
        Column("saw", "Carts that saw it", "看过的购物车", "count"),
        Column("gave_up", "Given up", "其中放弃", "count"),
        Column("others", "Carts that did not", "未看过的购物车", "count"),
        Column("others_gave_up", "Given up", "其中放弃", "count"),
        Column("difference", "Difference of the shares", "放弃率之差", "share"),
        LOW,
        HIGH,
        Column("q_value", "q-value", "q 值", "number"),
    ]
    note = Text(
        "Of carts that were bought or given up, by the channel of their last event: those whose customers saw the page "
        "on the way beside those who did not. Pages late on the way, like payment, stand low: who gave up before never "
        "saw them. 95 % Newcombe interval. What goes together need not be the cause.",
        "按最后事件的渠道统计已结束（已买或放弃）的购物车：途中看过该页面的与未看过的放弃率之差。"
        "靠后的页面（如支付页）差值偏低，因为提前放弃的人看不到它们。95% Newcombe 区间。相关不等于因果。",
    )
    return write_report("page-risks", Text("Pages before giving up", "放弃前看过的页面"), note, columns, table)


def report_stories(desk: Desk) -> Report:
    """Name what stands out: pages and stages where far more people gave up than usual, where, when, how surely."""
    rules, tables = desk.settings.stories, desk.tables
    told = find_stories(tables.sessioned, desk.settings.abandonment, tables.ends_at, rules, desk.settings.zone)
    table = told.with_columns(
        pl.col("first_day", "last_day", "earliest_day", "latest_day").cast(pl.String),
        pl.col("channel", "device").fill_null("(all)"),
        pl.col("chance").clip(lower_bound=LEAST_CHANCE).round(6),
    )
    columns = [
        PAGE,
        Column("stage", "Stage", "环节", "text", STAGES),
        Column("channel", "Channel", "渠道", "text", CHANNELS | ALL),
        Column("device", "Device", "设备", "text", DEVICES | ALL),
        Column("first_day", "From", "起始日", "text"),
        Column("last_day", "To", "结束日", "text"),
        Column("earliest_day", "Perhaps since", "最早可能", "text"),
        Column("latest_day", "Perhaps until", "最晚可能", "text"),
        Column("came", "Came there", "到达次数", "count"),
        Column("left", "Left from there", "在此离开", "count"),
        Column("share", "Share", "离开率", "share"),
        Column("usual", "Usual share", "平时离开率", "share"),
        Column("against", "Compared with", "对比对象", "text", AGAINST),
        Column("excess", "Excess", "超出", "share"),
        LOW,
        HIGH,
        Column("chance", "By chance, at most", "偶然概率上限", "number"),
    ]
    nothing = ("Nothing stands out. ", "没有发现异常。") if table.is_empty() else ("", "")
    zone, runs = desk.settings.zone, f"{1 / rules.false_stories:.0f}"
    note = Text(
        f"{nothing[0]}Stages and pages on which far more people left than usual; a person counts once a day. From and "
        f"to are the likeliest days, perhaps since and until how far they may reach, in {zone}. Where nothing happened "
        f"one run in {runs} at most would tell a story. Excess with its 95 % Newcombe interval, wider where days or "
        "people vary. Neighbouring findings of the same days are one story.",
        f"{nothing[1]}离开率显著高于平时的环节与页面，同一人每天只计一次。起止日为最可能的日期，"
        f"最早、最晚可能为其可能范围（{zone}）。若一切正常，至多每 {runs} 次运行误报一次。"
        "超出部分附 95% Newcombe 区间，日间或人与人之间波动大时相应放宽。相同日期的相邻发现合并为一条。",
    )
    return write_report("stories", Text("What stands out", "异常事件"), note, columns, table)
