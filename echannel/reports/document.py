"""A report's document: a room's table, put into the words of those who read it, in Chinese and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import dataframely as dy
import polars as pl

from echannel.plans.bundles import BundleDraft, draft_bundles
from echannel.training.tables import Tables
from echannel.tree import Settings
from paths import Journey, trace_journeys
from recommend import Evidence, take_purchases
from serving import ColumnKind, Report, ReportColumn, Text


class Column(NamedTuple):
    """One column: its name in the table, its titles, and how its values read."""

    name: str
    en: str
    zh: str
    kind: ColumnKind
    words: Mapping[str, tuple[str, str]] = {}
    """What some values are called, in English and Chinese."""
    detail: bool = False
    """Whether it is for files and the page rather than for a screen."""


@dataclass(frozen=True)
class Desk:
    """What reports are written from."""

    tables: Tables
    settings: Settings

    @cached_property
    def journeys(self) -> dy.DataFrame[Journey]:
        """Trace the journeys once for all reports that need them."""
        tables = self.tables
        return trace_journeys(tables.sessioned, self.settings.abandonment, tables.ends_at, tables.products)

    @cached_property
    def bought(self) -> Evidence:
        """Take what people bought as evidence, once for all reports that rest on it."""
        return take_purchases(self.tables.orders, self.settings.baskets, self.settings.evidence)

    @cached_property
    def bundle_draft(self) -> BundleDraft:
        """Plan the bundles once for all that tells of them."""
        return draft_bundles(self.tables, self.settings)

    def name_items(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Put the names of the catalogue beside the items of pairs."""
        names = dict(self.tables.products.select("item_id", "name").iter_rows())
        return pairs.with_columns(
            pl.col(f"item_{side}").replace_strict(names, default=None, return_dtype=pl.String).alias(f"name_{side}")
            for side in "ab"
        )


def write_report(name: str, title: Text, note: Text, columns: Sequence[Column], table: pl.DataFrame) -> Report:
    """Write the given columns of a table as a report."""
    return Report(
        name=name,
        title=title,
        note=note,
        columns=[_describe(column) for column in columns],
        rows=[list(row) for row in table.select(column.name for column in columns).iter_rows()],
    )


def _describe(column: Column) -> ReportColumn:
    words = {value: Text(*called) for value, called in column.words.items()}
    return ReportColumn(column.name, Text(column.en, column.zh), column.kind, words, column.detail)
