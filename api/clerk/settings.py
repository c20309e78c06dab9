"""Settings of the clerk."""

import msgspec


class ClerkSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The process that makes reports on demand and keeps definitions of funnels; each serving process has one."""

    seconds: float = 60.0
    """How long an errand may take; the process is ended then, and the next errand starts another."""
    waiting: int = 8
    """How many errands may wait for their turn; beyond that callers are told to come again."""
    memory_bytes: int = 4_294_967_296
    """Memory of the process, mapped files apart; 4 GiB is what a daily run needs at most. Above it, it is replaced."""
    cache_bytes: int = 67_108_864
    """Memory for reports already made; they are made anew once the lake or the settings have changed."""
    idle_seconds: float = 600.0
    """How long the process stays without an errand; starting it takes a second, keeping it some 200 MB."""
