"""Settings of the collector."""

from typing import Literal

import msgspec


class CollectorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How trackers' events are taken in; the defaults suit one operator's pages, apps and servers."""

    enabled: bool = True
    """Whether trackers may send: on, because the server listens on this machine alone until it is told otherwise."""
    keys: tuple[str, ...] = ()
    """Write keys, project names and app ids that are taken in, and no others; empty takes all."""
    origins: tuple[str, ...] = ()
    """Origins of pages that may send, as `https://wt.example`; empty takes all. Senders that are no pages have none."""
    addresses: Literal["token", "drop"] = "token"
    """What is kept of a sender's IP address: a token that only the key's owner can make, or nothing."""
    proxies: int = 0
    """How many proxies stand in front and add to X-Forwarded-For; none are trusted unless they are counted here."""
    body_bytes: int = 1_048_576
    """Largest body as it is sent: trackers send some 50 events or 500 KB at a time."""
    plain_bytes: int = 8_388_608
    """Largest body when it is unpacked; a bomb stops here."""
    body_seconds: float = 10.0
    """How long a body may take to arrive; phones are slow."""
    batch_events: int = 5_000
    """Most events of one request; more are refused with 413, and the sender splits them."""
    queue_bytes: int = 67_108_864
    """Memory for what has arrived and is not yet on disk; what comes beyond is answered with 503."""
    segment_bytes: int = 67_108_864
    """Size at which a file of the spool is finished and may be read."""
    segment_seconds: float = 10.0
    """Age at which a file of the spool is finished and may be read; so long events wait at least."""
    reserve_bytes: int = 268_435_456
    """Room on the disk that the spool leaves free: reading it away into the lake needs room too."""
    drain_seconds: float = 0.0
    """How often a process beside the server reads the spool into the lake; 0, the default, leaves it to `ingest`."""
