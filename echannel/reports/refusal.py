"""Refusal: what stands in place of a report that has too much to count."""

from recommend import TooManySetsError
from serving import Report, ReportColumn, Text


def write_refusal(name: str, fault: TooManySetsError) -> Report:
    """Write what there is too much of, where that is bounded, and how to mend it."""
    rows: list[list[str | int | float | None]] = [[fault.what, fault.where, fault.fix]]
    titles = {"what": ("What", "原因"), "where": ("Where", "配置"), "fix": ("How to mend it", "处理办法")}
    return Report(
        name,
        Text(f"Not made: {name}", f"未生成：{name}"),
        Text(
            "There is too much to count. The other reports are made.",
            "需统计的组合过多，本表未生成；其他报表不受影响。",
        ),
        [ReportColumn(column, Text(*called)) for column, called in titles.items()],
        rows,
    )
