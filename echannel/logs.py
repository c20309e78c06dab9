"""Logs: files opened as batches of lines, with the reader that fits them."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import NamedTuple, cast

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from ingest import (
    IDENTITY,
    BadInput,
    Batch,
    Line,
    Mapping,
    Pseudonym,
    Reader,
    Rejected,
    Source,
    check_columns,
    map_fields,
    name_column,
    read_combined,
    read_common,
    read_csv,
    read_gateway,
    read_header,
    read_mapping,
    read_ndjson,
    split_lines,
    unpack,
)

CHUNK_BYTES = 1 << 20
ROWS = 100_000
FORMATS = ("combined", "common", "gateway", "ndjson", "csv", "parquet")
PLAIN: dict[str, Reader] = {"combined": read_combined, "common": read_common, "gateway": read_gateway}
MARKS = {
    "an Apache error log": r"^\[\w{3} \w{3} +\d+ [\d:.]+ \d{4}\] \[",
    "an nginx error log": r"^\d{4}/\d\d/\d\d [\d:]+ \[\w+\]",
    "JSON lines (--format ndjson)": r"^\s*\{.*\}\s*$",
    "a table between tabs (--format gateway, or csv with a mapping)": r"^[^\t]*\t[^\t]*\t",
    "a table between commas (--format csv with a mapping)": r"^[^,]*,[^,]*,",
}
"""Kinds of files that are often passed by mistake, and how their lines look."""

Watch = Callable[[int], None]
"""Told the bytes read of a file, as they are read."""


class Log(NamedTuple):
    """One file, ready to be read."""

    source: Source
    batches: Iterator[Batch]
    read: Reader


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Return the files named, and all files in the folders named, in the order of their names."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Stop(Exit.BAD_INPUT, "there is no such file or folder", str(path), "Check the path.")
        found += sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    if not found:
        raise Stop(
            Exit.NOTHING_TO_DO, "no files there", ", ".join(map(str, paths)), "Name files, or folders with files."
        )
    return found


def open_log(
    file: Path, format_name: str, channel: str | None, mapping: Mapping | None, pseudonym: Pseudonym, watch: Watch
) -> Log:
    """Open a file in one of `FORMATS`; raises `BadInput` where it cannot be such a file at all."""
    if format_name == "parquet":
        batches = _read_rows(file, mapping)
    else:
        batches = split_lines(unpack(_read(file, watch), file.name))
    first = next(batches, None)
    fingerprint = pseudonym("source", _first_line(first)) if first else ""
    source = Source(file.name, fingerprint, format_name, channel or (mapping.channel if mapping else None))
    if first is None:
        return Log(source, iter(()), read_common)
    opened, read = _choose_reader(first, format_name, mapping, file.name)
    return Log(source, chain([opened], batches), read)


def check_sample(log: Log, lines: int, refuse_above: float) -> Log:
    """Try a log's first lines before anything is written, and return it unread.

    Raises `BadInput` where more than the given share of them fails, saying what the file looks like instead.
    """
    first = next(log.batches, None)
    if first is None:
        return log
    sample = cast("dy.DataFrame[Line]", first.lines.head(lines))
    failed = log.read(sample)["reason"].is_not_null().sum() + len(first.rejected.head(lines))
    tried = len(sample) + len(first.rejected.head(lines))
    if tried and failed / tried > refuse_above:
        looks = _guess(sample["text"])
        raise BadInput(
            f"{failed:,} of its first {tried:,} lines do not read as {log.source.format}; it looks like {looks}",
            log.source.name,
            "Pass the right file or --format; nothing was written.",
        )
    return log._replace(batches=chain([first], log.batches))


def _choose_reader(first: Batch, format_name: str, given: Mapping | None, where: str) -> tuple[Batch, Reader]:
    if format_name in PLAIN:
        return first, PLAIN[format_name]
    if format_name == "ndjson":
        return first, partial(read_ndjson, mapping=given or IDENTITY)
    if format_name == "csv":
        opened, columns = _take_header(first, given)
        return opened, partial(read_csv, columns=columns, mapping=_fit_mapping(given, columns, where))
    columns = [name.removeprefix(name_column("")) for name in first.lines.columns]
    return first, partial(map_fields, mapping=_fit_mapping(given, columns, where))


def _fit_mapping(given: Mapping | None, columns: Iterable[str], where: str) -> Mapping:
    """Return the mapping given, checked against the columns; without one, columns that bear our names are taken."""
    if given is None:
        return read_mapping({"fields": {name: name for name in columns if name in IDENTITY.fields}}, where)
    check_columns(columns, given, where)
    return given


def _take_header(first: Batch, given: Mapping | None) -> tuple[Batch, list[str]]:
    """Take the header off the first batch; it counts among the ignored lines."""
    mapping = given or IDENTITY
    if not mapping.header or first.lines.is_empty():
        return first, mapping.columns
    columns = read_header(first.lines["text"][0], mapping.separator)
    return Batch(Line.cast(first.lines[1:]), first.rejected, first.blank + 1), columns


def _read(file: Path, watch: Watch) -> Iterator[bytes]:
    with file.open("rb") as handle:
        while chunk := handle.read(CHUNK_BYTES):
            yield chunk
            watch(len(chunk))


def _read_rows(file: Path, given: Mapping | None) -> Iterator[Batch]:
    """Read a Parquet file's rows as lines: their text is the row as JSON, beside the columns themselves."""
    try:
        table = pl.scan_parquet(file)
        columns = table.collect_schema().names()
    except pl.exceptions.ComputeError as fault:
        raise BadInput(f"it does not read as Parquet ({fault})", file.name, "Pass a Parquet file.") from None
    wanted = sorted(set(_fit_mapping(given, columns, file.name).fields.values()))
    own = [pl.col(column).alias(name_column(column)) for column in wanted]
    numbered = table.select(
        *own, line=pl.int_range(1, pl.len() + 1, dtype=pl.Int64), text=pl.struct(wanted).struct.json_encode()
    )
    for start in range(0, table.select(pl.len()).collect().item(), ROWS):
        rows = numbered.slice(start, ROWS).collect()
        yield Batch(cast("dy.DataFrame[Line]", rows), Rejected.create_empty(), 0)


def _first_line(first: Batch) -> str:
    """Return the text that tells one log from another."""
    lines = first.lines["text"] if len(first.lines) else first.rejected["raw"]
    return str(lines[0]) if len(lines) else ""


def _guess(sample: pl.Series) -> str:
    """Say what a file looks like that is not what it was passed as."""
    share = {kind: _share(sample.str.contains(mark)) for kind, mark in MARKS.items()}
    lines = pl.DataFrame({"line": pl.int_range(1, len(sample) + 1, eager=True, dtype=pl.Int64), "text": sample})
    for name, read in PLAIN.items():
        share[f"--format {name}"] = _share(read(Line.cast(lines))["reason"].is_null())
    best = max(share, key=lambda kind: share[kind], default="")
    return best if share[best] > 0.5 else "no kind of log that is known"


def _share(true: pl.Series) -> float:
    return int(true.sum()) / max(len(true), 1)
