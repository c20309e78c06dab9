"""Layouts: what stands where on a page."""

import hashlib

import msgspec
from aiohttp import web

from api.handlers.recommendations import PUBLIC, find_edition
from api.keys import CLOCK, SETTINGS
from api.messages import LayoutAnswer, LayoutQuery, PlacedItem
from api.problems import ProblemError
from api.requests.questions import read_query
from api.responses import ready_json, respond_ready


async def answer_layout(request: web.Request) -> web.Response:
    """Tell what stands where on a page, and with which chance where places are drawn."""
    query, page = read_query(request.query, LayoutQuery), request.match_info["page"]
    edition = find_edition(request)
    slots = edition.answers.lay_out(
        page,
        query.key,
        now_ms=int(request.app[CLOCK]()) // 60 * 60_000,
        channel=query.channel,
        age=query.age,
        lang=query.lang or request.app[SETTINGS].language,
    )
    if slots is None:
        raise ProblemError(404, "No layout is published for this page: name it under [layout.pages] and train.")
    question = msgspec.json.encode([edition.version, "layout", page, query])
    told = [PlacedItem(slot.slot, slot.position, slot.item_id, slot.propensity, slot.reason) for slot in slots]
    answer = LayoutAnswer(hashlib.sha256(question).hexdigest()[:16], edition.version, page, told)
    return respond_ready(request, ready_json(msgspec.json.encode(answer), PUBLIC))
