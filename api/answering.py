"""Answering: what the snapshot says to a question, in the words of the API."""

import msgspec

from api.cursors import Stage, read_cursor, write_cursor
from api.edition import Edition
from api.keys import Pseudonym
from api.messages import (
    AlsoBought,
    AlsoViewed,
    BatchQuestion,
    BoughtAfterViewing,
    ForYou,
    ItemsAnswer,
    NextClick,
    NextItem,
    PagesAnswer,
    RecommendedItem,
    RecommendedPage,
    ShopQuestion,
    Trending,
)
from serving import Answer, Answers, Asked, Language

DIGITS = 6
"""Decimals of a score: what a float32 holds and no noise."""


class Asker(msgspec.Struct, frozen=True):
    """When the question is asked, the language where it names none, and how to find a person."""

    now_ms: int
    language: Language
    pseudonym: Pseudonym


def answer_question(
    edition: Edition, question: BatchQuestion, asker: Asker, recommendation_id: str
) -> ItemsAnswer | PagesAnswer:
    """Answer one question under the id that feedback on it will name; raises a 409 problem for a cursor of no use."""
    stage = read_cursor(question, edition.version, asker.now_ms, asker.pseudonym)
    answer = _ask(edition.answers, question, asker, _tell(question, asker, stage))
    told = (recommendation_id, answer.model_version, answer.fallback)
    further = write_cursor(question, answer.model_version, stage, len(answer.items), asker.pseudonym)
    if isinstance(question, NextClick):
        return PagesAnswer(*told, _list_pages(answer, stage), further)
    return ItemsAnswer(*told, _list_items(answer, stage), further)


def _ask(answers: Answers, question: BatchQuestion, asker: Asker, asked: Asked) -> Answer:
    match question:
        case AlsoViewed():
            return answers.also_viewed(question.item_id, **asked)
        case AlsoBought():
            return answers.also_bought(question.item_ids, **asked)
        case BoughtAfterViewing():
            return answers.bought_after_viewing(question.item_id, **asked)
        case Trending():
            return answers.trending(question.category, **asked)
        case NextClick():
            return answers.next_click(question.pages, stay=question.stay, seen=question.seen, **asked)
        case NextItem():
            return answers.next_item(question.item_ids, stay=question.stay, seen=question.seen, **asked)
        case ForYou():
            return _ask_for_you(answers, question, asker, asked)


def _ask_for_you(answers: Answers, question: ForYou, asker: Asker, asked: Asked) -> Answer:
    """Ask for a person, or for nobody in particular where personalization is off."""
    personal = question.personalization == "on"
    return answers.for_you(
        [asker.pseudonym(kind, question.visitor_id) for kind in ("visitor", "customer")] if personal else [],
        recent=question.recent if personal else [],
        new_only=question.new_only,
        **asked,
    )


def _tell(question: BatchQuestion, asker: Asker, stage: Stage) -> Asked:
    """Tell what every question says beside what it is about."""
    return {
        "n": question.n,
        "now_ms": stage.now_ms,
        "offset": stage.offset,
        "channel": question.channel,
        "exclude": question.exclude,
        "lang": question.lang or asker.language,
        "age": question.age if isinstance(question, ShopQuestion) else None,
    }


def _list_items(answer: Answer, stage: Stage) -> list[RecommendedItem]:
    return [
        RecommendedItem(
            item.id, rank, round(item.score, DIGITS), item.reason, item.rung, item.rule, _round(item.stickiness)
        )
        for rank, item in enumerate(answer.items, stage.offset + 1)
    ]


def _round(factor: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if factor is None else round(factor, DIGITS)


def _list_pages(answer: Answer, stage: Stage) -> list[RecommendedPage]:
    return [
        RecommendedPage(item.id, rank, round(item.score, DIGITS), item.reason, item.rung)
        for rank, item in enumerate(answer.items, stage.offset + 1)
    ]
