"""Flags: the answer that keeps PostHog's clients from asking again and again."""

import msgspec
from aiohttp import web

from api.collector.replies import Reply
from api.responses import JSON_TYPE

FLAG_PATHS = ("/decide/", "/decide", "/flags/", "/flags", "/array/{key}/config")

NO_FLAGS = {
    "config": {"enable_collect_everything": False},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "flags": {},
    "errorsWhileComputingFlags": False,
    "supportedCompression": ["gzip", "gzip-js"],
    "sessionRecording": False,
    "autocapture_opt_out": True,
    "capturePerformance": False,
    "heatmaps": False,
    "surveys": False,
    "siteApps": [],
    "toolbarParams": {},
    "isAuthenticated": False,
    "hasFeatureFlags": False,
}
"""There are no flags here, no recordings and no surveys."""

REPLY = Reply(msgspec.json.encode(NO_FLAGS), JSON_TYPE)


async def answer_flags(request: web.Request) -> web.Response:
    """Say that there are no flags; whoever asks is neither looked at nor kept."""
    return REPLY.respond(request)
