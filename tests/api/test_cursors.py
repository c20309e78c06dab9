"""A cursor goes on with the question that it was given for, and with no other; and it tells nobody what that was."""

import re

import pytest

from api.cursors import Stage, read_cursor, write_cursor
from api.messages import AlsoBought, AlsoViewed, BatchQuestion, ForYou, NextClick, NextItem
from api.problems import ProblemError
from echannel.people.pseudonyms import KeyedPseudonym
from tests.api.conftest import Client, read_problem
from tests.serving.shop import JUNE

BATCH = "/v1/recommendations:batch"
NAME = KeyedPseudonym(b"k" * 32)
VIEWED = AlsoViewed(id="a", item_id="plan", n=1)
ANNA = ForYou(id="a", visitor_id="13800138000", recent=["phone"], n=1)


def turn(first: BatchQuestion, then: BatchQuestion, *, name: KeyedPseudonym = NAME, now_ms: int = JUNE) -> Stage:
    """Ask one question, and go on with another by the cursor of the first."""
    cursor = write_cursor(first, "v1", Stage(JUNE, 0), first.n, NAME)
    return read_cursor(_change(then, cursor=cursor), "v1", now_ms, name)


def _change(question: BatchQuestion, **changes: object) -> BatchQuestion:
    return type(question)(**{name: getattr(question, name) for name in question.__struct_fields__} | changes)


@pytest.mark.parametrize("changes", [{"n": 5}, {"lang": "zh"}, {"id": "b"}])
@pytest.mark.parametrize("question", [VIEWED, ANNA])
def test_how_much_is_shown_and_in_which_language_may_change_from_page_to_page(
    question: BatchQuestion, changes: dict[str, object]
) -> None:
    assert turn(question, _change(question, **changes), now_ms=JUNE + 60_000) == Stage(JUNE, 1)


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        (VIEWED, {"item_id": "phone"}),
        (VIEWED, {"exclude": ["phone"]}),
        (VIEWED, {"channel": "app"}),
        (VIEWED, {"age": 18}),
        (ANNA, {"visitor_id": "13900139000"}),
        (ANNA, {"recent": []}),
        (ANNA, {"new_only": True}),
        (ANNA, {"personalization": "off"}),
        (NextItem(id="a", item_ids=["plan", "phone"], n=1), {"item_ids": ["phone", "plan"]}),
        (NextClick(id="a", pages=["home"], n=1), {"seen": False}),
        (NextClick(id="a", pages=["home"], n=1), {"stay": True}),
    ],
)
def test_whatever_else_is_changed_makes_another_question(question: BatchQuestion, changes: dict[str, object]) -> None:
    with pytest.raises(ProblemError, match="only n and lang may change") as refused:
        turn(question, _change(question, **changes))
    assert refused.value.status == 409


def test_the_order_of_a_basket_and_of_what_is_left_out_does_not_matter() -> None:
    basket = AlsoBought(id="a", item_ids=["plan", "phone"], exclude=["x", "y"], n=1)
    assert turn(basket, _change(basket, item_ids=["phone", "plan", "plan"], exclude=["y", "x"])) == Stage(JUNE, 1)


def test_without_personal_data_everybody_asks_the_same() -> None:
    anyone = _change(ANNA, personalization="off")
    assert turn(anyone, _change(anyone, visitor_id="x", recent=[])) == Stage(JUNE, 1)


def test_a_cursor_tells_nobody_who_it_was() -> None:
    cursor = write_cursor(ANNA, "v1", Stage(JUNE, 0), 1, NAME)
    assert cursor is not None
    assert re.fullmatch(rf"v1\.{JUNE}\.1\.[0-9a-f]{{8}}", cursor)
    later = write_cursor(ANNA, "v1", Stage(JUNE + 1, 0), 1, NAME)
    assert later is not None
    assert cursor[-8:] != later[-8:], "two lists of one visitor have nothing in common"
    with pytest.raises(ProblemError):
        turn(ANNA, ANNA, name=KeyedPseudonym(b"o" * 32))


OTHERS = [
    "/v1/items/plan/also-viewed?n=1&exclude=phone",
    "/v1/items/phone/also-viewed?n=1",
    "/v1/items/plan/bought-after-viewing?n=1",
    "/v1/pages/plan/next-clicks?n=1",
    "/v1/trending?n=1",
    "/v1/visitors/plan/recommendations?n=1",
]


@pytest.mark.parametrize("other", OTHERS)
async def test_who_goes_on_with_another_question_is_told_so(client: Client, other: str) -> None:
    path = "/v1/items/plan/also-viewed?n=1"
    cursor = (await (await client.get(path)).json())["next"]
    problem = await read_problem(await client.get(f"{other}&cursor={cursor}"))
    assert problem["status"] == 409
    assert "of another question" in problem["detail"]
    assert (await client.get(f"{path}&cursor={cursor}")).status == 200


async def test_a_batch_is_told_which_cursors_are_of_no_use(client: Client) -> None:
    cursor = (await (await client.get("/v1/items/plan/also-viewed?n=1")).json())["next"]
    question = {"kind": "also_viewed", "item_id": "plan", "n": 1, "cursor": cursor}
    stale = f"abc{cursor[cursor.index('.') :]}"
    answer = await client.post(BATCH, json={"requests": [{"id": "a", **question}]})
    assert (await answer.json())["answers"]["a"]["items"][0]["rank"] == 2, "alone or in a batch it is one question"
    wrong = [{"id": "b", **question, "item_id": "phone"}, {"id": "c", **question, "cursor": stale}]
    problem = await read_problem(await client.post(BATCH, json={"requests": [{"id": "a", **question}, *wrong]}))
    assert problem["status"] == 409
    assert [error["where"] for error in problem["errors"]] == ["requests[1].cursor", "requests[2].cursor"]
    assert "of another question" in problem["errors"][0]["what"]
    assert "no longer served" in problem["errors"][1]["what"]
