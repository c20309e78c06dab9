"""Addresses: what the URL of a page tells: location, channel and campaign."""

from collections.abc import Iterable
from urllib.parse import unquote_plus

import polars as pl

from ingest.distinct import judge_distinct

URL = r"^(?:[A-Za-z][\w+.-]*:)?(?://(?:[^/?#@]*@)?(?<host>[^/?#:]*)(?::\d+)?)?(?<path>[^?#]*)(?<query>\?[^#]*)?(?<rest>#.*)?$"
ROUTE = r"^#!?/"
"""A fragment that names a page, as single-page applications write it."""
CAMPAIGN = r"[?&#]utm_campaign=([^&#]+)"


def read_addresses(records: pl.DataFrame, wap: Iterable[str]) -> pl.DataFrame:
    """Add `location` and the channel and campaign that `url` tells; what the record says itself goes before them.

    Each distinct URL is read once. A page is `wap` where host or host and path match one of the patterns (`*` stands
    for anything), else `web`; a record without a URL has its screen for location.
    """
    pattern = "|".join(f"(?:{_compile(glob)})" for glob in wap) or r"[^\s\S]"
    told = judge_distinct(records["url"], lambda urls: _read(urls, pattern))
    return records.with_columns(
        location=pl.coalesce(told["location"], "screen"),
        channel=pl.coalesce("channel", told["channel"], "usual_channel"),
        campaign=pl.coalesce("campaign", told["campaign"], "last_campaign"),
    )


def _read(urls: pl.Series, wap: str) -> pl.DataFrame:
    parts = urls.str.extract_groups(URL).struct.unnest()
    host, path = parts["host"].str.to_lowercase(), parts["path"].replace("", "/")
    route = pl.col("rest").str.contains(ROUTE).fill_null(False)
    place = pl.concat_str(pl.col("host").fill_null(""), "path")
    is_wap = pl.col("host").str.contains(f"^(?:{wap})$") | place.str.contains(f"^(?:{wap})$")
    campaigns = urls.str.extract(CAMPAIGN)
    return parts.with_columns(host=host.replace("", None), path=path).select(
        location=pl.concat_str(
            "path", pl.when(route).then("rest"), pl.when(~route).then("query"), ignore_nulls=True
        ).replace("", None),
        channel=pl.when(pl.col("host").is_not_null()).then(
            pl.when(is_wap).then(pl.lit("wap")).otherwise(pl.lit("web"))
        ),
        campaign=pl.Series([None if text is None else unquote_plus(text) for text in campaigns], dtype=pl.String),
    )


def _compile(glob: str) -> str:
    """Turn `wap.*` into an expression."""
    return ".*".join(_escape(part) for part in glob.lower().split("*"))


def _escape(text: str) -> str:
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text)
