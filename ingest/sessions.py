"""Sessions: a visitor's events, cut where the visitor paused."""

import dataframely as dy

from ingest.events import Event


class Sessioned(Event):
    """One event with its session."""

    session_id = dy.String(nullable=False, description="The session: the id of its first event")
    step = dy.Int64(nullable=False, min=1, description="Place of the event within its session, from 1")
    person_id = dy.String(
        nullable=False, description="The customer if the session knows exactly one, else the visitor"
    )


class Session(dy.Schema):
    """One session: a visitor's events without a pause longer than the limit."""

    session_id = dy.String(primary_key=True, description="The id of its first event")
    visitor_id = dy.String(nullable=False, description="Pseudonym of the device or cookie")
    person_id = dy.String(nullable=False, description="The customer if the session knows exactly one, else the visitor")
    channel = dy.String(nullable=False, description="Channel of its first event")
    started_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its first event")
    ended_at = dy.Datetime(nullable=False, time_unit="us", time_zone="UTC", description="Time of its last event")
    events = dy.Int64(nullable=False, min=1, description="Events in it")
    entry_page = dy.String(nullable=True, description="Its first page")
    exit_page = dy.String(nullable=True, description="Its last page")
    cut = dy.String(nullable=False, description="Why it began: first (the visitor's first) or pause")
    robot = dy.String(nullable=True, description="Why this is no person; null for people")
