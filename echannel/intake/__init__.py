"""Intake brings sources of lines into the lake, part by part, and remembers how far each was read."""

from echannel.intake.choice import Chosen, choose_configured, choose_paths, count_bytes, plan_intake
from echannel.intake.feeds import INPUT, find_feeds, open_feed, tell_waiting
from echannel.intake.ledger import Ledger
from echannel.intake.logs import Log, open_log
from echannel.intake.parts import Parts, take_ahead, write_part
from echannel.intake.plan import Intake
from echannel.intake.text_files import Watch

__all__ = [
    "INPUT",
    "Chosen",
    "Intake",
    "Ledger",
    "Log",
    "Parts",
    "Watch",
    "choose_configured",
    "choose_paths",
    "count_bytes",
    "find_feeds",
    "open_feed",
    "open_log",
    "plan_intake",
    "take_ahead",
    "tell_waiting",
    "write_part",
]
