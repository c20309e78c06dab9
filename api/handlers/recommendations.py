"""Recommendations: every question, one by one and a page at a time."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable

import msgspec
from aiohttp import web

from api.cursors import Stage, read_cursor, write_cursor
from api.edition import Edition, ReadyAnswer
from api.keys import CLOCK, PSEUDONYM, SETTINGS, STAND, Pseudonym
from api.messages import (
    AlsoBought,
    AlsoViewed,
    BatchAnswer,
    BatchQuestion,
    BoughtAfterViewing,
    ItemQuery,
    ItemsAnswer,
    NextClick,
    NextClickQuery,
    NextItem,
    NextItemQuery,
    PagesAnswer,
    Question,
    RecommendedItem,
    RecommendedPage,
    ShopQuestion,
    Trending,
    TrendQuery,
    VisitorQuery,
)
from api.problems import ProblemError
from api.requests.questions import read_batch, read_query
from api.responses import ready_json, respond_json, respond_ready
from serving import Answer, Answers, Asked, Language

PUBLIC = "public, max-age=60"
"""Answers about items and pages are everybody's; a minute old is fresh enough."""

DIGITS = 6
"""Decimals of a score: what a float32 holds and no noise."""

Composer = Callable[[web.Request, Edition, "Asker"], ItemsAnswer | PagesAnswer]


class Asker(msgspec.Struct, frozen=True):
    """When the question is asked, the language where it names none, and how to find a person."""

    now_ms: int
    language: Language
    pseudonym: Pseudonym


async def answer_also_viewed(request: web.Request) -> web.Response:
    """Tell what else was viewed with an item."""
    return _respond_cached(request, _compose_items("also_viewed", lambda answers: answers.also_viewed))


async def answer_also_bought(request: web.Request) -> web.Response:
    """Tell what else was bought with an item."""
    return _respond_cached(request, _compose_items("also_bought", lambda answers: answers.also_bought, several=True))


async def answer_bought_after_viewing(request: web.Request) -> web.Response:
    """Tell what was bought in the next orders of those who looked at an item."""
    kind = "bought_after_viewing"
    return _respond_cached(request, _compose_items(kind, lambda answers: answers.bought_after_viewing))


async def answer_trending(request: web.Request) -> web.Response:
    """Tell what more people care for these days than usually do."""
    return _respond_cached(request, _compose_trending)


async def answer_next_clicks(request: web.Request) -> web.Response:
    """Tell where people click next from a page."""
    return _respond_cached(request, _compose_next_clicks)


async def answer_next_items(request: web.Request) -> web.Response:
    """Tell which items people click on next from an item."""
    return _respond_cached(request, _compose_next_items)


async def answer_for_visitor(request: web.Request) -> web.Response:
    """Tell what suits a visitor, known by a device or cookie id or by a login."""
    query = read_query(request.query, VisitorQuery)
    edition = find_edition(request)
    asker = _meet(request)
    told = _tell(edition, query, asker)
    answer = _ask_for_you(edition, query, request.match_info["visitor_id"], asker, told)
    return respond_json(_list_items(answer, secrets.token_hex(8), told))


async def answer_batch(request: web.Request) -> web.Response:
    """Answer all questions of one page from one snapshot, so that they fit together."""
    batch = await read_batch(request)
    edition, asker = find_edition(request), _meet(request)
    answers: dict[str, ItemsAnswer | PagesAnswer] = {}
    for question in batch.requests:
        answers[question.id] = _answer_question(edition, question, asker)
        await asyncio.sleep(0)  # a long batch lets others through
    return respond_json(BatchAnswer(answers))


def find_edition(request: web.Request) -> Edition:
    """Find what is served; a 503 problem before there is anything."""
    edition = request.app[STAND].edition
    if edition is None:
        raise ProblemError(503, "No snapshot is loaded yet; publish one, and ask again.", headers={"Retry-After": "1"})
    return edition


def _respond_cached(request: web.Request, compose: Composer) -> web.Response:
    """Answer from the minute's bytes where the same was asked before, word for word."""
    app = request.app
    edition = app[STAND].edition or find_edition(request)
    minute = int(app[CLOCK]()) // 60
    ready = edition.cache.find_answer(request.raw_path, minute)
    if ready is None:
        asker = Asker(minute * 60_000, app[SETTINGS].language, app[PSEUDONYM])
        ready = _keep(request, edition, compose(request, edition, asker))
    return respond_ready(request, ready)


def _keep(request: web.Request, edition: Edition, answer: ItemsAnswer | PagesAnswer) -> ReadyAnswer:
    ready = ready_json(msgspec.json.encode(answer), PUBLIC)
    edition.cache.keep_answer(request.raw_path, ready)
    return ready


def _compose_items(kind: str, ask: Callable[[Answers], Callable[..., Answer]], *, several: bool = False) -> Composer:
    """Make what composes the answer to a question about an item; `several` where the question takes a list of them."""

    def compose(request: web.Request, edition: Edition, asker: Asker) -> ItemsAnswer:
        query, item_id = read_query(request.query, ItemQuery), request.match_info["item_id"]
        told = _tell(edition, query, asker)
        answer = ask(edition.answers)([item_id] if several else item_id, **told)
        return _list_items(answer, _name(kind, item_id, query, edition), told)

    return compose


def _compose_trending(request: web.Request, edition: Edition, asker: Asker) -> ItemsAnswer:
    query = read_query(request.query, TrendQuery)
    told = _tell(edition, query, asker)
    answer = edition.answers.trending(query.category, **told)
    return _list_items(answer, _name("trending", "", query, edition), told)


def _compose_next_clicks(request: web.Request, edition: Edition, asker: Asker) -> PagesAnswer:
    query, page = read_query(request.query, NextClickQuery), request.match_info["page"]
    told = _tell(edition, query, asker)
    answer = edition.answers.next_click([page], stay=query.stay, seen=query.seen, **told)
    return _list_pages(answer, _name("next_click", page, query, edition), told)


def _compose_next_items(request: web.Request, edition: Edition, asker: Asker) -> ItemsAnswer:
    query, item_id = read_query(request.query, NextItemQuery), request.match_info["item_id"]
    told = _tell(edition, query, asker)
    answer = edition.answers.next_item([item_id], stay=query.stay, seen=query.seen, **told)
    return _list_items(answer, _name("next_item", item_id, query, edition), told)


def _meet(request: web.Request) -> Asker:
    return Asker(int(request.app[CLOCK]() * 1000), request.app[SETTINGS].language, request.app[PSEUDONYM])


def _answer_question(edition: Edition, question: BatchQuestion, asker: Asker) -> ItemsAnswer | PagesAnswer:
    """Answer one question of a batch."""
    recommendation_id, told = secrets.token_hex(8), _tell(edition, question, asker)
    match question:
        case AlsoViewed():
            answer = edition.answers.also_viewed(question.item_id, **told)
        case AlsoBought():
            answer = edition.answers.also_bought(question.item_ids, **told)
        case BoughtAfterViewing():
            answer = edition.answers.bought_after_viewing(question.item_id, **told)
        case Trending():
            answer = edition.answers.trending(question.category, **told)
        case NextClick():
            clicks = edition.answers.next_click(question.pages, stay=question.stay, seen=question.seen, **told)
            return _list_pages(clicks, recommendation_id, told)
        case NextItem():
            answer = edition.answers.next_item(question.item_ids, stay=question.stay, seen=question.seen, **told)
        case _:
            answer = _ask_for_you(edition, question, question.visitor_id, asker, told)
    return _list_items(answer, recommendation_id, told)


def _ask_for_you(edition: Edition, query: VisitorQuery, visitor_id: str, asker: Asker, told: Asked) -> Answer:
    """Ask for a person, or for nobody in particular where personalization is off."""
    personal = query.personalization == "on"
    return edition.answers.for_you(
        [asker.pseudonym(kind, visitor_id) for kind in ("visitor", "customer")] if personal else [],
        recent=query.recent if personal else [],
        new_only=query.new_only,
        **told,
    )


def _tell(edition: Edition, query: Question, asker: Asker) -> Asked:
    """Tell what every question says beside what it is about."""
    stage = read_cursor(query.cursor, edition.version, asker.now_ms)
    return {
        "n": query.n,
        "now_ms": stage.now_ms,
        "offset": stage.offset,
        "channel": query.channel,
        "exclude": query.exclude,
        "lang": query.lang or asker.language,
        "age": query.age if isinstance(query, ShopQuestion) else None,
    }


def _name(kind: str, subject: str, query: Question, edition: Edition) -> str:
    """Name an answer after the model and the question: everybody who asks the same gets the same."""
    question = msgspec.json.encode([edition.version, kind, subject, query])
    return hashlib.sha256(question).hexdigest()[:16]


def _list_items(answer: Answer, recommendation_id: str, told: Asked) -> ItemsAnswer:
    items = [
        RecommendedItem(
            item.id, rank, round(item.score, DIGITS), item.reason, item.rung, item.rule, _round(item.stickiness)
        )
        for rank, item in enumerate(answer.items, told["offset"] + 1)
    ]
    return ItemsAnswer(recommendation_id, answer.model_version, answer.fallback, items, _go_on(answer, told))


def _round(factor: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if factor is None else round(factor, DIGITS)


def _list_pages(answer: Answer, recommendation_id: str, told: Asked) -> PagesAnswer:
    pages = [
        RecommendedPage(item.id, rank, round(item.score, DIGITS), item.reason, item.rung)
        for rank, item in enumerate(answer.items, told["offset"] + 1)
    ]
    return PagesAnswer(recommendation_id, answer.model_version, answer.fallback, pages, _go_on(answer, told))


def _go_on(answer: Answer, told: Asked) -> str | None:
    """Tell where the list goes on."""
    stage = Stage(told["now_ms"], told["offset"])
    return write_cursor(answer.model_version, stage, told["n"], len(answer.items))
