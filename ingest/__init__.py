"""Ingest turns the logs of three channels into events, and events into sessions."""

from ingest.behaviour import flag_behaviour
from ingest.blocks import START, TAIL_BYTES, Block, Place, cut_blocks
from ingest.bursts import Touched, find_touched, split_open
from ingest.decompression import is_packed, unpack
from ingest.devices import IdentityLink, IdentitySettings, link_devices, name_persons, undo_links
from ingest.erasures import Erased, Erasure, open_erasures, token_of
from ingest.events import CHANNELS, EVENT_NAMES, STAGE_OF_EVENT, STAGES, Event
from ingest.formats import FORMATS, Format, choose_format, guess_format
from ingest.identity import Pseudonym
from ingest.intake import Taken, take_events, take_orders, take_products
from ingest.lines import ENCODINGS, Batch, Line, Rejected, number_lines, read_block, split_lines
from ingest.mapping import IDENTITY, Mapping
from ingest.mapping_file import read_mapping
from ingest.orders import Order, merge_orders
from ingest.page_cap import OTHER_PAGE, cap_pages
from ingest.pages import PageRule, SiteMap, read_site_map
from ingest.products import Product, complete_products
from ingest.quarantine import REASONS, TOO_LONG, Quarantine, reread_lines, show_lines
from ingest.readers import (
    Drift,
    check_columns,
    find_drift,
    map_fields,
    name_column,
    number_rows,
    open_csv,
    open_gateway,
    open_ndjson,
    open_rows,
    read_combined,
    read_common,
    read_csv,
    read_gateway,
    read_header,
    read_ndjson,
    say_drift,
)
from ingest.refusals import BadInput
from ingest.returns import ReturnCount, Settled, settle_orders
from ingest.robots import ROBOTS, RobotSettings
from ingest.sessions import (
    CUTS,
    ORDER,
    PRESETS,
    Session,
    Sessioned,
    SessionRules,
    SessionSettings,
    sessionize,
    settle,
    summarize_sessions,
)
from ingest.sources import Reader, Recipe, Source, read_recipe, write_recipe
from ingest.terms import find_term_faults
from ingest.tokens import tokenize_phones
from ingest.trackers import TrackerSettings, pair_spool

__all__ = [
    "CHANNELS",
    "CUTS",
    "ENCODINGS",
    "EVENT_NAMES",
    "FORMATS",
    "IDENTITY",
    "ORDER",
    "OTHER_PAGE",
    "PRESETS",
    "REASONS",
    "ROBOTS",
    "STAGES",
    "STAGE_OF_EVENT",
    "START",
    "TAIL_BYTES",
    "TOO_LONG",
    "BadInput",
    "Batch",
    "Block",
    "Drift",
    "Erased",
    "Erasure",
    "Event",
    "Format",
    "IdentityLink",
    "IdentitySettings",
    "Line",
    "Mapping",
    "Order",
    "PageRule",
    "Place",
    "Product",
    "Pseudonym",
    "Quarantine",
    "Reader",
    "Recipe",
    "Rejected",
    "ReturnCount",
    "RobotSettings",
    "Session",
    "SessionRules",
    "SessionSettings",
    "Sessioned",
    "Settled",
    "SiteMap",
    "Source",
    "Taken",
    "Touched",
    "TrackerSettings",
    "cap_pages",
    "check_columns",
    "choose_format",
    "complete_products",
    "cut_blocks",
    "find_drift",
    "find_term_faults",
    "find_touched",
    "flag_behaviour",
    "guess_format",
    "is_packed",
    "link_devices",
    "map_fields",
    "merge_orders",
    "name_column",
    "name_persons",
    "number_lines",
    "number_rows",
    "open_csv",
    "open_erasures",
    "open_gateway",
    "open_ndjson",
    "open_rows",
    "pair_spool",
    "read_block",
    "read_combined",
    "read_common",
    "read_csv",
    "read_gateway",
    "read_header",
    "read_mapping",
    "read_ndjson",
    "read_recipe",
    "read_site_map",
    "reread_lines",
    "say_drift",
    "sessionize",
    "settle",
    "settle_orders",
    "show_lines",
    "split_lines",
    "split_open",
    "summarize_sessions",
    "take_events",
    "take_orders",
    "take_products",
    "token_of",
    "tokenize_phones",
    "undo_links",
    "unpack",
    "write_recipe",
]
