"""Ingest turns the logs of three channels into events, and events into sessions."""

from ingest.events import CHANNELS, EVENT_NAMES, STAGE_OF_EVENT, STAGES, Event
from ingest.orders import Order
from ingest.products import Product
from ingest.sessions import Session, Sessioned

__all__ = ["CHANNELS", "EVENT_NAMES", "STAGES", "STAGE_OF_EVENT", "Event", "Order", "Product", "Session", "Sessioned"]
