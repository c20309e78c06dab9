"""The command that starts a clerk. It needs no table library: the server writes it."""

import sys
from pathlib import Path

from api import ClerkSettings


def write_clerk_command(lake: Path, settings_file: Path | None, settings: ClerkSettings) -> list[str]:
    """Write the command that starts the clerk of a lake."""
    limits = [str(settings.memory_bytes), str(settings.cache_bytes)]
    return [sys.executable, "-m", "echannel.clerk", str(lake), str(settings_file or ""), *limits]
