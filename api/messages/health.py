"""Health: whether the server is alive, and ready."""

from typing import Literal

import msgspec


class Health(msgspec.Struct, frozen=True):
    """A sign of life."""

    status: Literal["alive", "ready"]
    model_version: str | None = None
