"""The report of what trends: on each channel and on all, for merchandisers."""

import polars as pl

from echannel.reports.document import Column, Desk, write_report
from echannel.reports.words import CHANNELS
from ingest import CHANNELS as EACH_CHANNEL
from recommend import rank_trending
from serving import RankedLists, Report, Text

ALL = {"all": ("All channels", "全部渠道"), **CHANNELS}


def report_trending(desk: Desk, most: int = 20) -> Report:
    """List what more people care for these days than usually do."""
    tables, settings = desk.tables, desk.settings.trending
    lists = rank_trending(tables.sessioned, tables.products, settings, tables.ends_at, most)
    table = pl.concat([_list_rows(lists, channel) for channel in ("all", *EACH_CHANNEL)])
    names = dict(tables.products.select("item_id", "name").iter_rows())
    named = table.with_columns(name=pl.col("item_id").replace_strict(names, default=None, return_dtype=pl.String))
    columns = [
        Column("channel", "Channel", "渠道", "text", ALL),
        Column("item_id", "Item", "商品", "text"),
        Column("name", "Name", "名称", "text"),
        Column("people", "People of these days", "近几日人数", "count"),
        Column("of_all", "Of all", "总人数", "count"),
        Column("ratio", "At least times as usual", "相对平时（下限）", "number"),
    ]
    hours = 4 * settings.half_life_hours
    note = Text(
        f"The last {hours:g} hours against the {settings.base_days} days before; lower end of the 95 % interval.",
        f"最近 {hours:g} 小时与此前 {settings.base_days} 天相比；95% 区间下限大于 1 者。",
    )
    return write_report("trending", Text("Trending", "近期上升"), note, columns, named)


def _list_rows(lists: RankedLists, channel: str) -> pl.DataFrame:
    ranking = lists.rank_targets(channel)
    return pl.DataFrame(
        {
            "channel": [channel] * len(ranking.target),
            "item_id": lists.targets[ranking.target].tolist(),
            "people": ranking.together,
            "of_all": [ranking.alone] * len(ranking.target),
            "ratio": ranking.score.astype("float64"),
        },
        schema_overrides={"channel": pl.String, "item_id": pl.String, "of_all": pl.Int64},
    )
