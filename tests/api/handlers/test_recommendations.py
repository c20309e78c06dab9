import pytest
from yarl import URL

from serving import read_current
from tests.api.conftest import Client
from tests.serving.shop import make_shop

ALL = [
    "/v1/items/plan/also-viewed",
    "/v1/items/phone/bought-after-viewing",
    "/v1/trending",
    "/v1/items/phone/also-bought",
    "/v1/pages/home/next-clicks",
    "/v1/items/plan/next-items",
]


def list_ids(answer: dict) -> list[str]:
    return [item.get("item_id") or item.get("page") for item in answer["items"]]


async def test_an_answer_says_where_it_comes_from_and_why(client: Client) -> None:
    answer = await (await client.get("/v1/items/plan/also-viewed?n=2")).json()
    assert list_ids(answer) == ["phone", "insurance"]
    assert answer["fallback"] is None
    assert len(answer["model_version"]) == 12
    assert answer["items"][0] == {
        "item_id": "phone",
        "rank": 1,
        "score": 0.4,
        "reason": "40 of 100 sessions that viewed this also viewed it",
        "rung": "item",
        "rule": None,
    }


async def test_every_parameter_counts(client: Client) -> None:
    path = "/v1/items/plan/also-viewed?n=2&channel=app&lang=zh&exclude=phone&exclude=x"
    answer = await (await client.get(path)).json()
    assert list_ids(answer) == ["insurance"]
    assert answer["fallback"] == "popular"
    assert "次浏览" in answer["items"][0]["reason"]


async def test_also_bought(client: Client) -> None:
    assert list_ids(await (await client.get("/v1/items/phone/also-bought?n=1")).json()) == ["insurance"]


@pytest.mark.parametrize("page", ["home", "%68ome"])
async def test_next_clicks(client: Client, page: str) -> None:
    answer = await (await client.get(f"/v1/pages/{page}/next-clicks?n=2&channel=web")).json()
    assert list_ids(answer) == ["plans", "help"]


async def test_next_items(client: Client) -> None:
    answer = await (await client.get("/v1/items/plan/next-items?n=2&channel=wap")).json()
    assert list_ids(answer) == ["insurance", "phone"]
    assert answer["fallback"] == "graph"


async def test_where_the_visit_was_stays_out_or_in_as_asked(client: Client) -> None:
    visit = {"kind": "next_click", "pages": ["home", "plans"], "channel": "app", "n": 9}
    options = {"plain": {}, "fresh": {"seen": False}, "stay": {"stay": True}}
    requests = [{"id": name, **visit, **option} for name, option in options.items()]
    requests.append({"id": "items", "kind": "next_item", "item_ids": ["broadband", "plan"], "n": 2, "seen": False})
    answers = (await (await client.post("/v1/recommendations:batch", json={"requests": requests})).json())["answers"]
    assert "home" in list_ids(answers["plain"])
    assert "home" not in list_ids(answers["fresh"])
    assert "plans" in list_ids(answers["stay"])
    assert list_ids(answers["items"]) == ["phone", "insurance"]


@pytest.mark.parametrize(
    "path", ["/v1/pages/a/b/next-clicks/c/next-clicks", "/v1/pages/a%2Fb/next-clicks", "/v1/pages/a%0A/next-clicks"]
)
async def test_a_pages_name_may_hold_slashes_and_line_breaks(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 200
    assert (await answer.json())["fallback"] == "popular"


@pytest.mark.parametrize("path", ALL)
async def test_who_has_the_answer_is_not_sent_it_again(client: Client, path: str) -> None:
    first = await client.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    for tags in (first.headers["ETag"], f'"other", {first.headers["ETag"]}', "*"):
        again = await client.get(path, headers={"If-None-Match": tags})
        assert again.status == 304
        assert again.headers["ETag"] == first.headers["ETag"]
        assert await again.read() == b""
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200


@pytest.mark.parametrize("path", ALL)
async def test_the_same_question_has_the_same_bytes(client: Client, path: str) -> None:
    first, second = await client.get(path), await client.get(path)
    assert await first.read() == await second.read()
    third = await (await client.get(f"{path}?n=3")).json()
    assert third["recommendation_id"] != (await first.json())["recommendation_id"]


async def test_a_visitor_is_known_by_device_or_login(client: Client) -> None:
    answer = await client.get("/v1/visitors/anna/recommendations?n=5")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert "plan" not in list_ids(await answer.json()), "she owns it, says her login"


async def test_every_answer_to_a_visitor_has_its_own_id(client: Client) -> None:
    path = "/v1/visitors/anna/recommendations"
    first, second = [await (await client.get(path)).json() for _ in range(2)]
    assert first["items"] == second["items"]
    assert first["recommendation_id"] != second["recommendation_id"]


async def test_personalization_off_gives_everybody_the_same(client: Client) -> None:
    path = "/v1/visitors/{}/recommendations?personalization=off&recent=phone&new_only=true"
    anna, stranger = [await (await client.get(path.format(who))).json() for who in ("anna", "stranger")]
    assert anna["items"] == stranger["items"]
    assert anna["fallback"] == "popular"
    assert list_ids(anna)[:2] == ["plan", "phone"]


async def test_recent_clicks_make_a_stranger_known(client: Client) -> None:
    path = "/v1/visitors/stranger/recommendations?n=1&recent=plan&new_only=true"
    answer = await (await client.get(path)).json()
    assert list_ids(answer) == ["broadband"]


async def test_a_batch_answers_a_whole_page(client: Client) -> None:
    questions = [
        {"id": "a", "kind": "also_viewed", "item_id": "plan", "n": 1},
        {"id": "b", "kind": "also_bought", "item_ids": ["phone", "broadband"], "n": 1, "lang": "zh"},
        {"id": "c", "kind": "next_click", "pages": ["plans", "home"], "n": 1, "channel": "web"},
        {"id": "d", "kind": "for_you", "visitor_id": "anna", "recent": ["phone"], "n": 1},
        {"id": "e", "kind": "bought_after_viewing", "item_id": "phone", "n": 1, "channel": "web"},
        {"id": "f", "kind": "trending", "category": "plan", "n": 1},
    ]
    response = await client.post("/v1/recommendations:batch", json={"requests": questions})
    answers = (await response.json())["answers"]
    assert response.headers["Cache-Control"] == "no-store"
    assert {name: list_ids(answer)[0] for name, answer in answers.items()} == {
        "a": "phone", "b": "plan", "c": "plans", "d": "broadband", "e": "broadband", "f": "plan",
    }  # fmt: skip
    assert answers["b"]["items"][0]["reason"].startswith("20 笔")
    assert len({answer["recommendation_id"] for answer in answers.values()}) == 6
    assert {answer["model_version"] for answer in answers.values()} == {answers["a"]["model_version"]}


async def test_the_version_is_that_of_the_snapshot(client: Client, folder) -> None:  # type: ignore[no-untyped-def]
    answer = await (await client.get(ALL[0])).json()
    assert answer["model_version"] == read_current(folder) != make_shop().model_version


@pytest.mark.parametrize("item", ["nobody", "%E5%A5%97%E9%A4%90", "a%20b", "%FF", "x" * 3000, "..", "%00", "a%2Fb"])
async def test_an_item_that_nobody_knows_gets_what_is_popular(client: Client, item: str) -> None:
    answer = await client.get(URL(f"/v1/items/{item}/also-viewed", encoded=True))
    assert answer.status in (200, 404)
    if answer.status == 200:
        assert (await answer.json())["fallback"] == "popular"


@pytest.mark.parametrize(
    "path", ["items/plan/also-viewed", "items/plan/also-bought", "items/plan/next-items", "visitors/x/recommendations"]
)
async def test_every_list_of_items_takes_an_age_of_whole_years(client: Client, path: str) -> None:
    assert (await client.get(f"/v1/{path}?age=18")).status == 200
    for wrong in ("-1", "151", "old", "18.5"):
        assert (await client.get(f"/v1/{path}?age={wrong}")).status == 400


async def test_a_page_has_no_age(client: Client) -> None:
    assert (await client.get("/v1/pages/home/next-clicks?age=18")).status == 400


@pytest.mark.parametrize(
    "path", ["/v1/items/plan/also-viewed", "/v1/pages/home/next-clicks", "/v1/visitors/ben/recommendations"]
)
async def test_pages_of_one_list_are_the_list_cut(client: Client, path: str) -> None:
    whole = await (await client.get(f"{path}?n=9")).json()
    assert whole["next"] is None, "there is no more"
    turned, cursor = [], ""
    while cursor is not None:
        page = await (await client.get(f"{path}?n=1{cursor and '&cursor='}{cursor}")).json()
        turned += page["items"]
        cursor = page["next"]
    assert turned == whole["items"]


async def test_a_cursor_of_another_version_or_hour_is_gone(client: Client) -> None:
    version, moment, offset, mark = (await (await client.get(f"{ALL[0]}?n=1")).json())["next"].split(".")
    for stale in (
        f"abc.{moment}.{offset}.{mark}",
        f"{version}.{int(moment) - 3_700_000}.1.{mark}",
        f"{version}.{int(moment) + 200_000}.1.{mark}",
    ):
        answer = await client.get(f"{ALL[0]}?n=1&cursor={stale}")
        assert answer.status == 409
        assert "ask again without it" in (await answer.json())["detail"]
    assert (await client.get(f"{ALL[0]}?cursor=next")).status == 400
