"""Reports on lines that could not become events."""

import polars as pl

from echannel.reports.document import Column, write_report
from ingest import REASONS, show_lines
from serving import Report, Text

SHOWN = 160
"""Signs of an example."""
NOTE = Text(
    "Kept whole up to 64 KiB; phone numbers stand as <id:…>, secrets as <secret>, unreadable bytes as \\x….",
    "整行保留（至多 64 KiB）；手机号以 <id:…>、密钥以 <secret>、不可读字节以 \\x… 表示。",
)
REASON = Column("reason", "Reason", "原因", "text")
SOURCE = Column("source", "Source", "来源", "text")


def report_quarantine(lines: pl.LazyFrame) -> Report:
    """Count the lines that could not become events by reason and source, with an example of each."""
    counted = (
        lines.sort("source", "line")
        .group_by("reason", "source", maintain_order=True)
        .agg(lines=pl.len(), raw=pl.col("raw").first(), line=pl.col("line").first())
        .with_columns(meaning=pl.col("reason").replace_strict(REASONS, default=None))
        .sort("lines", "reason", "source", descending=[True, False, False])
        .collect()
    )
    table = counted.with_columns(example=show_lines(counted["raw"]).str.slice(0, SHOWN))
    columns = [
        REASON,
        Column("meaning", "Meaning", "说明", "text"),
        SOURCE,
        Column("lines", "Lines", "行数", "count"),
        Column("line", "First at line", "首次出现行号", "count"),
        Column("example", "Example", "示例", "text"),
    ]
    return write_report("quarantine", Text("Quarantine", "隔离区"), NOTE, columns, table)


def list_quarantine(lines: pl.LazyFrame, limit: int) -> Report:
    """List lines that could not become events, in the order of source and line."""
    listed = lines.sort("source", "line", "quarantine_id").head(limit).collect()
    columns = [
        SOURCE,
        Column("line", "Line", "行号", "count"),
        REASON,
        Column("text", "Line as it came", "原文", "text"),
    ]
    table = listed.with_columns(text=show_lines(listed["raw"]))
    return write_report("quarantine_lines", Text("Quarantined lines", "隔离的行"), NOTE, columns, table)
