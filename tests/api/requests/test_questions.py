"""What a batch is told where it is wrong: every fault of every question, each with its place and its cure."""

import gzip
import json

import msgspec
import pytest

from api.messages import AnyQuestion, Batch
from api.requests.fields import describe_field, list_fields
from api.requests.questions import KINDS, read_questions
from tests.api.conftest import Client, read_problem

BATCH = "/v1/recommendations:batch"
COMMON = "kind, n, channel, lang, exclude, cursor"
ID = "An id of 1 to 200 characters."
BASKET = "The items of a basket: 1 to 100; of a larger basket give the 100 latest."


async def tell_faults(client: Client, *questions: object) -> list[tuple[str, str]]:
    problem = await read_problem(await client.post(BATCH, json={"requests": questions}))
    assert problem["status"] == 422
    return [(error["where"], error["what"]) for error in problem["errors"]]


async def test_a_field_of_a_near_name_is_told_with_those_there_are_and_that_which_is_missing(client: Client) -> None:
    assert await tell_faults(client, {"id": "a", "kind": "also_bought", "item_id": "phone"}) == [
        ("requests[0].item_id", f"Unknown. Known ones: {COMMON}, age, id, item_ids."),
        ("requests[0].item_ids", f"Missing. {BASKET}"),
    ]


async def test_a_question_without_an_id_is_told_so(client: Client) -> None:
    assert await tell_faults(client, {"kind": "also_viewed", "item_id": "phone"}) == [
        ("requests[0].id", f"Missing. {ID}")
    ]


async def test_a_kind_that_is_none_is_told_those_there_are_and_all_that_is_wrong_beside_it(client: Client) -> None:
    there = "There are: also_viewed, also_bought, bought_after_viewing, next_click, next_item, for_you, trending."
    count = "How many to recommend: a whole number from 1 to 100."
    assert await tell_faults(client, {"id": "a", "kind": "wrong", "n": 0, "pages": ["home"]}, {"channel": "h5"}) == [
        ("requests[0].kind", f"Unknown. {there}"),
        ("requests[0].n", f"Not acceptable. {count}"),
        ("requests[1].kind", f"Missing. {there}"),
        ("requests[1].id", f"Missing. {ID}"),
        ("requests[1].channel", "Not acceptable. Where it will be shown: web, wap or app; without it, anywhere."),
    ]


async def test_a_batch_is_told_the_same_of_a_field_as_a_query(client: Client) -> None:
    batch = await tell_faults(client, {"id": "a", "kind": "also_viewed", "item_id": "x", "channel": "h5", "n": 0})
    query = (await read_problem(await client.get("/v1/items/x/also-viewed?channel=h5&n=0")))["errors"]
    assert [what for _, what in batch] == [error["what"] for error in query]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"kind": "also_bought", "item_ids": ["x"] * 101}, "item_ids"),
        ({"kind": "next_item", "item_ids": ["x"] * 101}, "item_ids"),
        ({"kind": "next_click", "pages": ["x"] * 101}, "pages"),
        ({"kind": "for_you", "visitor_id": "x", "recent": ["x"] * 51}, "recent"),
    ],
)
async def test_who_sends_too_long_a_list_is_told_to_send_the_latest(
    client: Client, question: dict[str, object], field: str
) -> None:
    [(where, what)] = await tell_faults(client, {"id": "a", **question})
    assert where == f"requests[0].{field}"
    assert "latest" in what


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
async def test_a_basket_beyond_all_bounds_is_told_what_a_body_may_hold_and_to_send_the_latest(client, pack) -> None:  # type: ignore[no-untyped-def]
    question = {"id": "a", "kind": "also_bought", "item_ids": [f"item-{number}" for number in range(10_000)]}
    body = pack(json.dumps({"requests": [question]}).encode())
    answer = await client.post(BATCH, data=body, headers={"Content-Type": "application/json"})
    problem = await read_problem(answer)
    assert problem["status"] == 413
    assert "65,536 bytes" in problem["detail"]
    assert "of a long basket or visit, give the 100 latest" in problem["detail"]


async def test_an_id_that_is_given_twice_is_told_whatever_else_is_wrong(client: Client) -> None:
    twice = [{"id": "a", "kind": "trending", "n": 0}, {"id": "a", "kind": "wrong"}]
    assert ("requests[1].id", "Another question has this id; give each its own.") in await tell_faults(client, *twice)


async def test_fields_that_may_not_be_said_back_are_told_once(client: Client) -> None:
    odd = {"id": "a", "kind": "trending", "13800138000": 1, "13900139000": 2}
    assert await tell_faults(client, odd) == [
        ("requests[0].(not shown)", f"Unknown. Known ones: {COMMON}, age, category, id.")
    ]


@pytest.mark.parametrize("kind", [AnyQuestion, *KINDS.values()])
def test_every_field_of_a_question_says_what_it_holds(kind: type[msgspec.Struct]) -> None:
    assert all(describe_field(field.type) for field in list_fields(kind).values())
    assert list_fields(AnyQuestion).keys() <= list_fields(kind).keys()


def test_questions_read_field_by_field_are_those_that_their_type_takes() -> None:
    asked = [
        {"id": "a", "kind": "for_you", "visitor_id": "x", "recent": ["y"], "lang": None, "n": 3, "new_only": True},
        {"id": "b", "kind": "next_click", "pages": ["home", "plans"], "seen": False, "channel": "app"},
        {"id": "c", "kind": "trending", "category": None, "age": 18},
    ]
    assert read_questions(asked) == msgspec.convert({"requests": asked}, Batch).requests
