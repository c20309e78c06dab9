"""The rules by which sessions are cut, every one with its value."""

import msgspec


class SessionRules(msgspec.Struct, frozen=True):
    """What ends a session, settled; `SessionSettings` tells each key's meaning."""

    pause_minutes: float = 30
    exact_pause_cuts: bool = False
    midnight: bool = False
    campaign: bool = False
    login: bool = False
    separators: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    longest_hours: float = 0
    passive: tuple[str, ...] = ()
    zone: str = "Asia/Shanghai"

    @property
    def pause_us(self) -> int:
        """The longest gap in µs that a session survives: a longer one ends it."""
        return round(self.pause_minutes * 60_000_000) - self.exact_pause_cuts

    @property
    def longest_us(self) -> int:
        """How far in µs an event may lie behind the first of its session; 0 for no limit."""
        return round(self.longest_hours * 3_600_000_000)

    @property
    def keeps_state(self) -> bool:
        """Tell whether some rule looks at the session so far, and not only at an event and the one before it."""
        return self.campaign or self.login or self.longest_us > 0
