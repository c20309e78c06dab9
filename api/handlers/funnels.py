"""Funnels: their definitions, and those whom they lost."""

from aiohttp import hdrs, web

from api.clerk import KeepFunnel, ListFunnels, ListLost, Outcome, RemoveFunnel, ShowFunnel
from api.handlers.queries import send_clerk
from api.messages import LostQuery, NoQuery
from api.requests.questions import read_object, read_query
from api.responses import JSON_TYPE, SAFE_HEADERS, ready_json, respond_ready, send_ready

CHECKED = "private, no-cache"
"""A definition may be kept, if it is asked each time whether it still holds."""


async def list_funnels(request: web.Request) -> web.Response:
    """List the funnels that are defined, in the settings file and through the API."""
    read_query(request.query, NoQuery)
    return _respond(request, await send_clerk(request, ListFunnels()))


async def show_funnel(request: web.Request) -> web.Response:
    """Show a funnel's definition, in the form in which it can be put."""
    read_query(request.query, NoQuery)
    return _respond(request, await send_clerk(request, ShowFunnel(request.match_info["funnel_id"])))


async def keep_funnel(request: web.Request) -> web.Response:
    """Define a funnel, or change its definition: then `If-Match` bears the tag of the one that was seen."""
    read_query(request.query, NoQuery)
    document = await read_object(request)
    conditions = _name_tags(hdrs.IF_MATCH, request), _name_tags(hdrs.IF_NONE_MATCH, request)
    errand = KeepFunnel(request.match_info["funnel_id"], document, *conditions)
    outcome = await send_clerk(request, errand)
    return send_ready(ready_json(bytes(outcome.document), CHECKED), status=outcome.status)


async def remove_funnel(request: web.Request) -> web.Response:
    """Remove a definition that was made through the API."""
    read_query(request.query, NoQuery)
    errand = RemoveFunnel(request.match_info["funnel_id"], _name_tags(hdrs.IF_MATCH, request))
    await send_clerk(request, errand)
    return web.Response(status=204, headers=SAFE_HEADERS)


async def list_lost(request: web.Request) -> web.Response:
    """List those whom a funnel lost at a step, by their pseudonyms, the latest first."""
    query = read_query(request.query, LostQuery)
    errand = ListLost(request.match_info["funnel_id"], query.step, query.limit, query.offset)
    outcome = await send_clerk(request, errand)
    headers = {**SAFE_HEADERS, hdrs.CONTENT_TYPE: JSON_TYPE, hdrs.CACHE_CONTROL: "no-store"}
    return web.Response(body=bytes(outcome.document), headers=headers)


def _respond(request: web.Request, outcome: Outcome) -> web.Response:
    return respond_ready(request, ready_json(bytes(outcome.document), CHECKED))


def _name_tags(header: str, request: web.Request) -> list[str] | None:
    """Name the tags of a condition; none of them, where it cannot be read, so that it does not hold."""
    if header not in request.headers:
        return None
    tags = request.if_match if header == hdrs.IF_MATCH else request.if_none_match
    return [tag.value for tag in tags or () if not tag.is_weak]
