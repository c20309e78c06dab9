"""Layouts over HTTP."""

from tests.api.conftest import Client, read_problem

PATH = "/v1/pages/home/layout"


async def test_a_page_says_what_stands_where_and_why(client: Client) -> None:
    answer = await (await client.get(PATH)).json()
    assert [(slot["slot"], slot["position"], slot["item_id"]) for slot in answer["slots"]] == [
        ("top", 1, "phone"), ("left", 2, "plan"), ("right", 3, "insurance"),
    ]  # fmt: skip
    assert answer["slots"][0]["reason"] == "Its place is fixed"
    assert {slot["propensity"] for slot in answer["slots"]} == {None}


async def test_a_key_gives_propensities_and_always_the_same_page(client: Client) -> None:
    pages = [await (await client.get(PATH, params={"key": str(key)})).json() for key in range(30)]
    again = await (await client.get(PATH, params={"key": "0"})).json()
    assert again == pages[0]
    orders = {tuple(slot["item_id"] for slot in page["slots"]) for page in pages}
    assert orders == {("phone", "plan", "insurance"), ("phone", "insurance", "plan")}
    assert len({page["recommendation_id"] for page in pages}) == 30


async def test_everybody_may_keep_it_for_a_minute(client: Client) -> None:
    first = await client.get(PATH)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = await client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status == 304


async def test_a_page_without_a_layout_is_not_found_and_the_way_out_is_told(client: Client) -> None:
    response = await client.get("/v1/pages/elsewhere/layout")
    assert response.status == 404
    assert "[layout.pages]" in (await read_problem(response))["detail"]


async def test_an_age_may_be_told_and_is_part_of_the_answers_name(client: Client) -> None:
    answers = [await (await client.get(PATH, params=asked)).json() for asked in ({}, {"age": "20"})]
    assert answers[0]["slots"] == answers[1]["slots"]
    assert answers[0]["recommendation_id"] != answers[1]["recommendation_id"]
    assert (await client.get(PATH, params={"age": "-1"})).status == 400


async def test_a_key_that_is_too_long_is_refused(client: Client) -> None:
    assert (await client.get(PATH, params={"key": "k" * 65})).status == 400
