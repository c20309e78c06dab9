"""Keys: what an app carries, by type."""

from collections.abc import Callable

from aiohttp import web

from api.clerk import Clerk
from api.edition import ReadyAnswer, Stand
from api.observation import AccessLog, Meter
from api.settings import ServeSettings

Pseudonym = Callable[[str, str], str]
"""Turns ("visitor" or "customer", raw id) into the name that the snapshot knows; ("question", text) into a mark."""

SETTINGS = web.AppKey("settings", ServeSettings)
STAND = web.AppKey("stand", Stand)
CLERK = web.AppKey[Clerk | None]("clerk", Clerk)
METER = web.AppKey("meter", Meter)
ACCESS_LOG = web.AppKey("access_log", AccessLog)
PSEUDONYM = web.AppKey[Pseudonym]("pseudonym", Callable)  # type: ignore[arg-type]
CLOCK = web.AppKey[Callable[[], float]]("clock", Callable)  # type: ignore[arg-type]
DESCRIPTION = web.AppKey("description", ReadyAnswer)
