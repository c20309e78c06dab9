"""Where stickiness counts, each item of an answer tells its factor; elsewhere no answer has a byte of it."""

from dataclasses import replace
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from serving import MerchandisingSettings, publish_snapshot
from tests.api.conftest import Client, make_app
from tests.serving.shop import make_shop

ASKED = "/v1/items/insurance/also-viewed?n=3"


async def test_no_answer_says_anything_of_it_where_it_counts_for_nothing(client: Client) -> None:
    assert b"stickiness" not in await (await client.get(ASKED)).read()


async def test_each_item_tells_its_factor_where_it_counts(tmp_path: Path) -> None:
    rules = MerchandisingSettings(stickiness_power=2.0)
    publish_snapshot(tmp_path, replace(make_shop(), merchandising=rules), made_at="2026-03-30T00:00:00Z")
    async with TestClient(TestServer(make_app(tmp_path))) as client:
        answer = await (await client.get(ASKED)).json()
        told = {item["item_id"]: item["stickiness"] for item in answer["items"]}
        assert told == {"plan": 1.5625, "phone": 0.64, "broadband": 1.0}
        pages = await (await client.get("/v1/pages/home/next-clicks?channel=web&n=2")).read()
        assert b"stickiness" not in pages
