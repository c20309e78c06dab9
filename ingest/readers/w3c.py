"""The W3C extended log, as IIS and CloudFront write it: its `#Fields:` lines name the columns."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import NamedTuple
from urllib.parse import unquote

import dataframely as dy
import polars as pl

from ingest.distinct import judge_distinct
from ingest.lines import Batch, Line
from ingest.mapping import Mapping
from ingest.readers.pairing import Pair
from ingest.readers.variables import name_variable, understand
from ingest.refusals import BadInput
from ingest.sources import Reader

DIRECTIVE = "#"
FIELDS = "#Fields:"
VARIABLE_OF = {
    "c-ip": "remote_addr",
    "cs-username": "remote_user",
    "cs-method": "request_method",
    "cs-uri": "request_uri",
    "cs-uri-stem": "uri",
    "cs-uri-query": "args",
    "sc-status": "status",
    "cs(referer)": "http_referer",
    "cs(user-agent)": "http_user_agent",
}
"""Column = the variable that it is; capitals do not matter."""
NEEDED = ("date", "time", "c-ip", "sc-status")


class Section(NamedTuple):
    """Lines under one `#Fields:` line."""

    first: int
    """The line of the directive itself, 0 for columns known before."""
    columns: tuple[str, ...]


def open_w3c(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None) -> Pair:  # noqa: ARG001
    """Open a W3C log by its first lines; directives count among the blank lines.

    Its times are UTC, whatever `zone` says, and it needs no mapping. Raises `BadInput` where the `#Fields:` line is
    not among the first lines, or names no date, time, address, request or status.
    """
    sections = _find_sections(head)
    if not sections:
        raise BadInput("none of its first lines begins with #Fields:", where, "Pass the log from its beginning.")
    if missing := _find_missing(sections[0].columns):
        raise BadInput(f"its #Fields: line lacks {', '.join(missing)}", where, "Have the server log these fields too.")
    return partial(_pair, columns=sections[0].columns)


def _find_missing(columns: tuple[str, ...]) -> list[str]:
    located = {"cs-uri", "cs-uri-stem"} & set(columns)
    return [name for name in NEEDED if name not in columns] + ([] if located else ["cs-uri-stem"])


def _find_sections(batch: Batch) -> list[Section]:
    named = batch.lines.filter(pl.col("text").str.starts_with(FIELDS))
    return [
        Section(line, tuple(text.removeprefix(FIELDS).lower().split()))
        for line, text in named.select("line", "text").iter_rows()
    ]


def _pair(batches: Iterable[Batch], columns: tuple[str, ...]) -> Iterator[tuple[Batch, Reader]]:
    for batch in batches:
        sections = [Section(0, columns), *_find_sections(batch)]
        columns = sections[-1].columns
        rows = Line.cast(batch.lines.filter(~pl.col("text").str.starts_with(DIRECTIVE)))
        blank = batch.blank + len(batch.lines) - len(rows)
        yield batch._replace(lines=rows, blank=blank), partial(read_w3c, sections=sections)


def read_w3c(lines: dy.DataFrame[Line], sections: list[Section]) -> pl.DataFrame:
    """Read lines under their sections' columns, between blanks or tabs.

    Reasons, beside those of `understand`: `field_count` (more or fewer fields than columns), `not_w3c`.
    """
    ends = [section.first for section in sections[1:]] + [1 << 62]
    parts = [
        _read_section(lines.filter(pl.col("line").is_between(section.first, end, closed="left")), section.columns)
        for section, end in zip(sections, ends, strict=True)
    ]
    return pl.concat(parts, how="diagonal")


def _read_section(lines: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    tabs = lines["text"].str.contains("\t", literal=True)
    apart = [_split(lines.filter(~tabs), columns, " "), _split(lines.filter(tabs), columns, "\t")]
    return understand(pl.concat(apart).lazy().with_columns(_join_clock(columns)), "not_w3c")


def _split(lines: pl.DataFrame, columns: tuple[str, ...], separator: str) -> pl.DataFrame:
    pieces = pl.col("text").str.splitn(separator, len(columns) + 1).struct
    wanted = {name: f"field_{place}" for place, name in enumerate(columns) if name in {*VARIABLE_OF, "date", "time"}}
    named = [
        pieces.field(field).alias(name_variable(VARIABLE_OF.get(name, f"w3c_{name}"))) for name, field in wanted.items()
    ]
    whole = pieces.field(f"field_{len(columns) - 1}").is_not_null() & pieces.field(f"field_{len(columns)}").is_null()
    split = lines.select("line", "text", *named, pl.when(~whole).then(pl.lit("field_count")).alias("fault"))
    return _read_agents(split, separator)


def _join_clock(columns: tuple[str, ...]) -> pl.Expr:
    if {"date", "time"} <= set(columns):
        return pl.concat_str("$w3c_date", "$w3c_time", separator=" ").alias("$occurred_at")
    return pl.lit(None, pl.String).alias("$occurred_at")


def _read_agents(split: pl.DataFrame, separator: str) -> pl.DataFrame:
    """Read agents as they were sent: IIS writes + for a blank, CloudFront encodes them, often twice."""
    if "$http_user_agent" not in split.columns:
        return split
    if separator == " ":
        return split.with_columns(pl.col("$http_user_agent").str.replace_all("+", " ", literal=True))
    return split.with_columns(judge_distinct(split["$http_user_agent"], _decode_agents)["$http_user_agent"])


def _decode_agents(agents: pl.Series) -> pl.DataFrame:
    decoded = [None if agent is None else unquote(unquote(agent)) for agent in agents]
    return pl.DataFrame({"$http_user_agent": pl.Series(decoded, dtype=pl.String)})
