"""Ingest turns the logs of three channels into events, and events into sessions."""

from ingest.decompression import unpack
from ingest.events import CHANNELS, EVENT_NAMES, STAGE_OF_EVENT, STAGES, Event
from ingest.identity import Pseudonym
from ingest.intake import Reader, Source, Taken, take_batch
from ingest.lines import Batch, split_lines
from ingest.mapping import IDENTITY, Mapping, read_mapping
from ingest.orders import Order
from ingest.pages import PageRule, SiteMap, read_site_map
from ingest.products import Product
from ingest.quarantine import REASONS, Quarantine
from ingest.refusals import BadInput
from ingest.sessions import Session, Sessioned, SessionSettings, sessionize, summarize_sessions

__all__ = [
    "CHANNELS",
    "EVENT_NAMES",
    "IDENTITY",
    "REASONS",
    "STAGES",
    "STAGE_OF_EVENT",
    "BadInput",
    "Batch",
    "Event",
    "Mapping",
    "Order",
    "PageRule",
    "Product",
    "Pseudonym",
    "Quarantine",
    "Reader",
    "Session",
    "SessionSettings",
    "Sessioned",
    "SiteMap",
    "Source",
    "Taken",
    "read_mapping",
    "read_site_map",
    "sessionize",
    "split_lines",
    "summarize_sessions",
    "take_batch",
    "unpack",
]
