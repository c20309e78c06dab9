"""The site map: which page, event and product a URL or screen stands for."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from typing import Literal
from urllib.parse import unquote

import msgspec
import polars as pl

from ingest.distinct import judge_distinct
from ingest.events import CHANNELS, EVENT_NAMES, STAGES
from ingest.identity import LOGIN_PARAMETER, redact
from ingest.refusals import BadInput

Captured = Literal["item_id", "category", "order_id"]
CAPTURED: tuple[Captured, ...] = ("item_id", "category", "order_id")

ASSETS = (
    "css", "js", "map", "png", "jpg", "jpeg", "gif", "ico", "svg", "webp", "avif", "bmp",
    "woff", "woff2", "ttf", "eot", "otf", "mp3", "mp4", "webm",
)  # fmt: skip
SESSION_IN_PATH = r"(?i);(?:jsessionid|phpsessid|sid)=[^/;?]*"
"""A session's key, as some servers write it into the path."""


class PageRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule of the site map."""

    page: str
    match: str | None = None
    """A path or screen: {item_id}, {category}, {order_id} and * take one segment, ** any number."""
    regex: str | None = None
    """Instead of `match`; named groups item_id, category, order_id are taken."""
    channel: str | None = None
    """web, wap or app; all channels where absent."""
    event: str | None = None
    """GA4 name of what a request of this page means, where the log itself does not say; page_view by default."""
    stage: str | None = None
    """Stage on the way to an order, where the event does not tell it."""
    query: dict[Captured, str] = {}
    """Event field = query parameter that holds it."""
    keep: tuple[str, ...] | None = None
    """Query parameters that stay in the page's name, instead of the site's."""

    @property
    def pattern(self) -> str:
        """Return the rule as one regular expression over a whole path."""
        return self.regex if self.regex is not None else _compile(self.match or "")


class SiteMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The site map: the first rule that matches a location wins."""

    pages: tuple[PageRule, ...] = ()
    ignore: tuple[str, ...] = ()
    """Paths that are no pages, as `match` writes them; requests of them are ignored and counted."""
    assets: tuple[str, ...] = ASSETS
    """File endings that are parts of pages and no pages; requests of them are ignored and counted."""
    keep: tuple[str, ...] = ()
    """Query parameters that stay in a page's name (`/search?tab=plans`); all others are dropped before storage."""

    def kept_on(self, parameter: str) -> list[int]:
        """Return the places of the rules whose pages keep a parameter; -1 stands for pages that no rule knows."""
        keeps = [self.keep if rule.keep is None else rule.keep for rule in self.pages]
        places = [place for place, kept in enumerate(keeps) if parameter in kept]
        return places + [-1] * (parameter in self.keep)


def read_site_map(document: Dictionary[str, object], where: str) -> SiteMap:
    """Check a site map's content and return it; raises `BadInput` that names every fault at once."""
    try:
        site_map = msgspec.convert(document, SiteMap)
    except msgspec.ValidationError as fault:
        raise BadInput(f"the site map is wrong: {fault}", where, "See docs/site_map.md.") from None
    faults = [f"page {rule.page!r}: {fault}" for rule in site_map.pages for fault in _find_faults(rule)]
    faults += [f"`keep`: {fault}" for fault in _find_secrets(site_map.keep)]
    if faults:
        raise BadInput("; ".join(faults), where, "Mend the site map and run the command again.")
    return site_map


def _find_faults(rule: PageRule) -> Iterator[str]:
    if (rule.match is None) == (rule.regex is None):
        yield "give either `match` or `regex`"
    if rule.channel not in (None, *CHANNELS):
        yield f"unknown channel {rule.channel!r}"
    if rule.event is not None and rule.event not in EVENT_NAMES:
        yield f"unknown event {rule.event!r}"
    if rule.stage not in (None, *STAGES):
        yield f"unknown stage {rule.stage!r}"
    if rule.regex is not None and not _compiles(rule.regex):
        yield f"`regex` does not compile: {rule.regex!r}"
    yield from _find_secrets(rule.keep or ())


def _find_secrets(parameters: Iterable[str]) -> Iterator[str]:
    for parameter in parameters:
        if re.search(LOGIN_PARAMETER, f"{parameter}=x"):
            yield f"the parameter {parameter!r} lets its bearer in; it must not be kept"


def _compiles(regex: str) -> bool:
    try:
        pl.Series([""]).str.contains(regex)
    except pl.exceptions.ComputeError:
        return False
    return True


def _compile(match: str) -> str:
    """Turn `/plan/{item_id}` into `^/plan/(?P<item_id>[^/]+)/?$`."""
    parts = re.split(r"(\{\w+\}|\*\*|\*)", match)
    wild = {"**": ".*", "*": "[^/]*"}
    named = {f"{{{name}}}": f"(?P<{name}>[^/]+)" for name in CAPTURED}
    slash = "" if match.endswith("/") else "/?"
    return f"^{''.join({**wild, **named}.get(part) or re.escape(part) for part in parts)}{slash}$"


def read_locations(locations: pl.DataFrame, site_map: SiteMap) -> pl.DataFrame:
    """Return what the site map says of each `channel` and `location`, in columns that begin with "said".

    Rules are tried on distinct paths only. A location that no rule knows is its own page. Of the query, what the site
    map keeps stays in the page's name, in the order of the parameters' names. A session id in the path is dropped.
    """
    parted = locations["location"].str.splitn("?", 2).struct.unnest()
    keys = pl.select(pl.concat_str(locations["channel"], parted["field_0"], separator="\t")).to_series()
    said = judge_distinct(keys, lambda distinct: _apply_rules(distinct, site_map))
    return (
        said.with_columns(query=parted["field_1"])
        .with_columns(_take_query(site_map))
        .pipe(_decode_query)
        .pipe(_keep_query, site_map)
        .drop("query", "said rule")
    )


def judge_requests(records: pl.DataFrame) -> pl.Series:
    """Say why a request shows no page: its method, its answer, or the site map; null where it shows one.

    A redirect counts where an event is known, because forms are answered by one (post, then redirect).
    """
    known = pl.col("said event").is_not_null() | pl.col("name").is_not_null()
    shown = pl.col("status").is_between(200, 299) | (pl.col("status") == 304)
    redirected = pl.col("status").is_between(300, 399) & known
    ignored = (
        pl.when(~pl.col("method").is_in(["GET", "POST"])).then(pl.lit("method"))
        .when(~(shown | redirected)).then(pl.lit("status"))
        .otherwise(pl.col("said ignored"))
    )  # fmt: skip
    return records.select(ignored=ignored).to_series()


def name_pages(records: pl.DataFrame) -> pl.DataFrame:
    """Fill `page`, `name`, `stage`, `item_id`, `category` and `order_id` with what the site map says.

    What the log itself says wins, but for the stage.
    """
    return records.with_columns(
        page=pl.coalesce("page", "said page"),
        name=pl.coalesce("name", "said event", pl.lit("page_view")),
        stage=pl.col("said stage"),
        **{field: pl.coalesce(field, f"said {field}") for field in CAPTURED},
    ).drop("^said .*$")


def _apply_rules(keys: pl.Series, site_map: SiteMap) -> pl.DataFrame:
    """Find the first matching rule of each distinct channel and path, and what it captures."""
    parted = keys.str.splitn("\t", 2).struct.unnest()
    bare = parted["field_1"].str.replace(SESSION_IN_PATH, "")
    text = pl.Series("text", [_decode(path) for path in bare], dtype=pl.String)
    decoded = redact(pl.DataFrame([parted["field_0"].alias("channel"), text]), ["text"])
    rule = pl.coalesce(
        *(pl.when(_matches(rule)).then(pl.lit(place, pl.Int32)) for place, rule in enumerate(site_map.pages)),
        pl.lit(None, pl.Int32),
    )
    ruled = decoded.with_columns(rule.alias("said rule"))
    return ruled.select(
        "said rule",
        pl.coalesce(_tell(site_map, "page"), _tidy(pl.col("text"))).alias("said page"),
        _tell(site_map, "event").alias("said event"),
        _tell(site_map, "stage").alias("said stage"),
        *(_capture(site_map, field).alias(f"said {field}") for field in CAPTURED),
        _is_ignored(site_map).alias("said ignored"),
    )


def _decode(path: str | None) -> str | None:
    return unquote(path) if path and "%" in path else path


def _tidy(path: pl.Expr) -> pl.Expr:
    """Drop a slash at the end, so that /help/ and /help are one page."""
    return pl.when(path.str.len_chars() > 1).then(path.str.strip_suffix("/")).otherwise(path)


def _matches(rule: PageRule) -> pl.Expr:
    matched = pl.col("text").str.contains(rule.pattern)
    return matched if rule.channel is None else matched & (pl.col("channel") == rule.channel)


def _tell(site_map: SiteMap, field: Literal["page", "event", "stage"]) -> pl.Expr:
    told = pl.Series([getattr(rule, field) for rule in site_map.pages], dtype=pl.String)
    return pl.lit(told).gather(pl.col("said rule"))


def _capture(site_map: SiteMap, field: str) -> pl.Expr:
    rules = [(place, rule.pattern) for place, rule in enumerate(site_map.pages) if f"(?P<{field}>" in rule.pattern]
    captured = (
        pl.when(pl.col("said rule") == place).then(pl.col("text").str.extract_groups(pattern).struct.field(field))
        for place, pattern in rules
    )
    return pl.coalesce(*captured, pl.lit(None, pl.String))


def _take_query(site_map: SiteMap) -> list[pl.Expr]:
    """Take fields from the query where the winning rule asks for them."""
    return [pl.coalesce(f"said {field}", *_ask_query(site_map, field)).alias(f"said {field}") for field in CAPTURED]


def _ask_query(site_map: SiteMap, field: Captured) -> Iterator[pl.Expr]:
    for place, rule in enumerate(site_map.pages):
        if parameter := rule.query.get(field):
            yield pl.when(pl.col("said rule") == place).then(_ask_parameter(parameter))


def _decode_query(records: pl.DataFrame) -> pl.DataFrame:
    """Decode what was taken, as far as it is encoded."""
    said = [f"said {field}" for field in CAPTURED]
    return redact(records.with_columns(_decode_values(records[name]) for name in said), said)


def _keep_query(records: pl.DataFrame, site_map: SiteMap) -> pl.DataFrame:
    """Put the query parameters that are kept into the page's name."""
    names = sorted({*site_map.keep, *(name for rule in site_map.pages for name in rule.keep or ())})
    if not names:
        return records
    rule = pl.col("said rule").fill_null(-1)
    asked = records.select(
        pl.when(rule.is_in(site_map.kept_on(name))).then(_ask_parameter(name)).alias(name) for name in names
    )
    decoded = redact(asked.select(_decode_values(column) for column in asked), names)
    told = [pl.lit(f"{name}=") + pl.col(name) for name in names]
    shown = decoded.select(kept=pl.concat_str(told, separator="&", ignore_nulls=True)).to_series()
    page = pl.when(shown == "").then("said page").otherwise(pl.col("said page") + "?" + shown)
    return records.with_columns(page.alias("said page"))


def _ask_parameter(name: str) -> pl.Expr:
    return pl.col("query").str.extract(rf"(?:^|&){re.escape(name)}=([^&]+)")


def _decode_values(values: pl.Series) -> pl.Series:
    encoded = values.unique().drop_nulls()
    encoded = encoded.filter(encoded.str.contains("%", literal=True))
    return values.replace(encoded, pl.Series([unquote(value) for value in encoded], dtype=pl.String))


def _is_ignored(site_map: SiteMap) -> pl.Expr:
    endings = "|".join(map(re.escape, site_map.assets))
    asset = pl.col("text").str.contains(rf"(?i)\.(?:{endings})$") if endings else pl.lit(False)
    listed = (pl.col("text").str.contains(_compile(match)) for match in site_map.ignore)
    return (
        pl.when(pl.any_horizontal(pl.lit(False), *listed)).then(pl.lit("ignored_path"))
        .when(asset & pl.col("said rule").is_null()).then(pl.lit("asset"))
    )  # fmt: skip
