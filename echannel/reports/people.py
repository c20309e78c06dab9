"""Reports on whose device is whose."""

import polars as pl

from echannel.reports.document import Column, write_report
from serving import Report, Text

APART = {
    "shared": ("shared: others were seen on it", "共用：设备上出现过其他客户"),
    "undone": ("undone by hand", "已人工解除"),
}
MOMENTS = ("first_seen_at", "last_seen_at", "linked_at", "undone_at")


def list_links(links: pl.DataFrame, zone: str) -> Report:
    """List devices and the customers seen on them; times as clocks in `zone` tell them."""
    table = links.with_columns(pl.col(MOMENTS).dt.convert_time_zone(zone).dt.strftime("%Y-%m-%d %H:%M:%S"))
    columns = [
        Column("visitor_id", "Device", "设备", "text"),
        Column("customer_id", "Customer", "客户", "text"),
        Column("first_seen_at", "First seen", "首次出现", "text"),
        Column("last_seen_at", "Last seen", "最近出现", "text"),
        Column("linked_at", "Linked", "关联时间", "text"),
        Column("undone_at", "Undone", "解除时间", "text"),
        Column("apart", "Kept apart", "不关联原因", "text", APART),
    ]
    note = Text(f"Times in {zone}. Pseudonyms, as the tables have them.", f"时区 {zone}。ID 为假名，与各表一致。")
    return write_report("identity", Text("Devices and customers", "设备与客户"), note, columns, table)
