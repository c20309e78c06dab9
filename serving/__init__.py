"""Serving holds the published snapshot, its format and its checks, and answers from it with NumPy alone."""

from serving.answers import Answers
from serving.clicks.ladders import CLICK_MODELS, ClickModel, Ladders
from serving.clicks.neighbours import SessionNeighbours
from serving.clicks.past_sessions import NeighbourSettings, PastSessions
from serving.eligibility import CHANNEL_BIT, Catalogue
from serving.evidence import Z_95, find_q_values, wilson_bounds
from serving.faults import SnapshotError
from serving.ladder import RUNGS, Answer, AnswerItem
from serving.links import Links
from serving.lists import RankedLists
from serving.merchandising.settings import MOST_POWER, Boost, ListPin, MerchandisingSettings
from serving.merchandising.stickiness import ItemStickiness
from serving.pages.exploration import draw_pair, find_propensities, read_key
from serving.pages.layouts import PINNED, PLANNED, TODAY, LayoutSlot, PageLayouts, PlacedItem
from serving.people.fold_in import ItemFactors
from serving.people.histories import Histories
from serving.people.item_taste import rank_from_items
from serving.reasons import LANGUAGES, SMALLEST_COUNT, Language
from serving.reports import ColumnKind, Report, ReportColumn, ReportError, Text, decode_report, encode_report
from serving.shoppers import Asked
from serving.snapshot import Snapshot
from serving.storage.archive import load_snapshot, read_manifest, write_snapshot
from serving.storage.current import publish_snapshot, read_current, replace_current
from serving.storage.durability import lock_folder, sync_folder, write_durably
from serving.storage.manifest import Manifest

__all__ = [
    "CHANNEL_BIT",
    "CLICK_MODELS",
    "LANGUAGES",
    "MOST_POWER",
    "PINNED",
    "PLANNED",
    "RUNGS",
    "SMALLEST_COUNT",
    "TODAY",
    "Z_95",
    "Answer",
    "AnswerItem",
    "Answers",
    "Asked",
    "Boost",
    "Catalogue",
    "ClickModel",
    "ColumnKind",
    "Histories",
    "ItemFactors",
    "ItemStickiness",
    "Ladders",
    "Language",
    "LayoutSlot",
    "Links",
    "ListPin",
    "Manifest",
    "MerchandisingSettings",
    "NeighbourSettings",
    "PageLayouts",
    "PastSessions",
    "PlacedItem",
    "RankedLists",
    "Report",
    "ReportColumn",
    "ReportError",
    "SessionNeighbours",
    "Snapshot",
    "SnapshotError",
    "Text",
    "decode_report",
    "draw_pair",
    "encode_report",
    "find_propensities",
    "find_q_values",
    "load_snapshot",
    "lock_folder",
    "publish_snapshot",
    "rank_from_items",
    "read_current",
    "read_key",
    "read_manifest",
    "replace_current",
    "sync_folder",
    "wilson_bounds",
    "write_durably",
    "write_snapshot",
]
