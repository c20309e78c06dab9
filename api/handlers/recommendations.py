"""Recommendations: every question, one by one and a page at a time."""

import asyncio
import hashlib
import secrets
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from api.answering import Asker, answer_question
from api.edition import Edition
from api.keys import CLOCK, PSEUDONYM, SETTINGS, STAND
from api.messages import (
    AlsoBought,
    AlsoViewed,
    BatchAnswer,
    BatchQuestion,
    BoughtAfterViewing,
    Fault,
    ForYou,
    ItemQuery,
    ItemsAnswer,
    NextClick,
    NextClickQuery,
    NextItem,
    NextItemQuery,
    PagesAnswer,
    Question,
    Trending,
    TrendQuery,
    VisitorQuery,
)
from api.problems import ProblemError
from api.requests.questions import read_batch, read_query
from api.responses import ready_json, respond_json, respond_ready

PUBLIC = "public, max-age=60"
"""Answers about items and pages are everybody's; a minute old is fresh enough."""

Q = TypeVar("Q", bound=BatchQuestion)

ALONE = ""
"""Id of a question that is asked by itself."""


async def answer_also_viewed(request: web.Request) -> web.Response:
    """Tell what else was viewed with an item."""
    return _respond_cached(request, AlsoViewed, ItemQuery, item_id=request.match_info["item_id"])


async def answer_also_bought(request: web.Request) -> web.Response:
    """Tell what else was bought with an item."""
    return _respond_cached(request, AlsoBought, ItemQuery, item_ids=[request.match_info["item_id"]])


async def answer_bought_after_viewing(request: web.Request) -> web.Response:
    """Tell what was bought in the next orders of those who looked at an item."""
    return _respond_cached(request, BoughtAfterViewing, ItemQuery, item_id=request.match_info["item_id"])


async def answer_trending(request: web.Request) -> web.Response:
    """Tell what more people care for these days than usually do."""
    return _respond_cached(request, Trending, TrendQuery)


async def answer_next_clicks(request: web.Request) -> web.Response:
    """Tell where people click next from a page."""
    return _respond_cached(request, NextClick, NextClickQuery, pages=[request.match_info["page"]])


async def answer_next_items(request: web.Request) -> web.Response:
    """Tell which items people click on next from an item."""
    return _respond_cached(request, NextItem, NextItemQuery, item_ids=[request.match_info["item_id"]])


async def answer_for_visitor(request: web.Request) -> web.Response:
    """Tell what suits a visitor, known by a device or cookie id or by a login."""
    question = _read(request, ForYou, VisitorQuery, visitor_id=request.match_info["visitor_id"])
    return respond_json(answer_question(find_edition(request), question, _meet(request), secrets.token_hex(8)))


async def answer_batch(request: web.Request) -> web.Response:
    """Answer all questions of one page from one snapshot, so that they fit together."""
    batch = await read_batch(request)
    edition, asker = find_edition(request), _meet(request)
    answers: dict[str, ItemsAnswer | PagesAnswer] = {}
    faults: list[Fault] = []
    for place, question in enumerate(batch.requests):
        try:
            answers[question.id] = answer_question(edition, question, asker, secrets.token_hex(8))
        except ProblemError as useless:
            faults.append(Fault(f"requests[{place}].cursor", useless.detail))
        await asyncio.sleep(0)  # a long batch lets others through
    if faults:
        raise ProblemError(409, "Mend the cursors that are listed under errors.", faults=faults)
    return respond_json(BatchAnswer(answers))


def find_edition(request: web.Request) -> Edition:
    """Find what is served; a 503 problem before there is anything."""
    edition = request.app[STAND].edition
    if edition is None:
        raise ProblemError(503, "No snapshot is loaded yet; publish one, and ask again.", headers={"Retry-After": "1"})
    return edition


def _respond_cached(
    request: web.Request, kind: type[BatchQuestion], query: type[Question], **subject: str | list[str]
) -> web.Response:
    """Answer from the minute's bytes where the same was asked before, word for word."""
    app = request.app
    edition = app[STAND].edition or find_edition(request)
    minute = int(app[CLOCK]()) // 60
    ready = edition.cache.find_answer(request.raw_path, minute)
    if ready is None:
        asker = Asker(minute * 60_000, app[SETTINGS].language, app[PSEUDONYM])
        question = _read(request, kind, query, **subject)
        answer = answer_question(edition, question, asker, _name(question, edition))
        ready = ready_json(msgspec.json.encode(answer), PUBLIC)
        edition.cache.keep_answer(request.raw_path, ready)
    return respond_ready(request, ready)


def _read(request: web.Request, kind: type[Q], query: type[Question], **subject: str | list[str]) -> Q:
    """Read what a request asks: its path tells what about, its query all else."""
    asked: dict[str, Any] = subject | msgspec.structs.asdict(read_query(request.query, query))
    return kind(id=ALONE, **asked)


def _meet(request: web.Request) -> Asker:
    return Asker(int(request.app[CLOCK]() * 1000), request.app[SETTINGS].language, request.app[PSEUDONYM])


def _name(question: BatchQuestion, edition: Edition) -> str:
    """Name an answer after the model and the question: everybody who asks the same gets the same."""
    return hashlib.sha256(msgspec.json.encode([edition.version, question])).hexdigest()[:16]
