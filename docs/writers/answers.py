"""Answers: what the API says to one example of each question, asked of a running server."""

import asyncio
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api import SCOPES, ServeSettings, add_key, create_app
from docs.writers.shop import MADE_AT, NOW_SECONDS, make_shop
from docs.writers.shop_lake import fill_lake, write_settings_file
from echannel.clerk.command import write_clerk_command
from serving import publish_snapshot

Node = dict[str, object]

BATCH = {
    "requests": [
        {"id": "slot-1", "kind": "also_viewed", "item_id": "HS-07", "n": 1},
        {"id": "slot-2", "kind": "next_click", "pages": ["home", "product"], "channel": "app", "n": 1},
    ]
}
FUNNEL = {"steps": [{"event": "view_item"}, {"event": "add_to_cart"}, {"event": "purchase"}], "window_hours": 48.0}


class Question(NamedTuple):
    """One question to one route."""

    path: str
    body: object = None


QUESTIONS = {
    "GET /v1/items/{item_id}/also-viewed": Question("/v1/items/HS-07/also-viewed?n=2"),
    "GET /v1/items/{item_id}/also-bought": Question("/v1/items/HS-07/also-bought?n=1&lang=zh"),
    "GET /v1/items/{item_id}/bought-after-viewing": Question("/v1/items/HS-07/bought-after-viewing?n=1"),
    "GET /v1/pages/{page}/next-clicks": Question("/v1/pages/product/next-clicks?channel=app&n=2"),
    "GET /v1/pages/{page}/layout": Question("/v1/pages/home/layout?key=7"),
    "GET /v1/items/{item_id}/next-items": Question("/v1/items/PL-12/next-items?n=2&seen=false"),
    "GET /v1/trending": Question("/v1/trending?n=1"),
    "GET /v1/visitors/{visitor_id}/recommendations": Question("/v1/visitors/d500857c/recommendations?n=2"),
    "POST /v1/recommendations:batch": Question("/v1/recommendations:batch", BATCH),
    "GET /v1/reports": Question("/v1/reports"),
    "GET /v1/reports/{name}": Question("/v1/reports/abandonment"),
    "PUT /v1/funnels/{funnel_id}": Question("/v1/funnels/buy", FUNNEL),
    "GET /v1/funnels": Question("/v1/funnels"),
    "GET /v1/funnels/{funnel_id}": Question("/v1/funnels/buy"),
    "GET /v1/funnels/{funnel_id}/lost": Question("/v1/funnels/buy/lost?step=2&limit=1"),
    "POST /v1/reports/query": Question("/v1/reports/query", {"report": "overview"}),
    "GET /healthz": Question("/healthz"),
    "GET /readyz": Question("/readyz"),
}
"""One question for each route that answers with JSON, in the order in which they are asked."""


def ask_api() -> tuple[Node, dict[str, str]]:
    """Return the OpenAPI document, and each question's answer as JSON text.

    Ids made by chance, and the version, which changes with the format, are written as fixed ones.
    """
    return asyncio.run(_ask())


async def _ask() -> tuple[Node, dict[str, str]]:
    with TemporaryDirectory() as given:
        folder = Path(given)
        publish_snapshot(folder / "serving", make_shop(), made_at=MADE_AT)
        fill_lake(folder / "lake")
        key = add_key(folder / "access", "docs", SCOPES, MADE_AT)
        async with TestClient(TestServer(_make_app(folder)), headers={"Authorization": f"Bearer {key}"}) as client:
            while (await client.get("/readyz")).status != 200:
                await asyncio.sleep(0.01)
            described = await (await client.get("/openapi.json")).json()
            answers = {route: await _ask_one(client, route, question) for route, question in QUESTIONS.items()}
    return described, answers


def _make_app(folder: Path) -> web.Application:
    settings = ServeSettings(refresh_seconds=0.02, access_log=False)
    return create_app(
        settings,
        folder / "serving",
        lambda kind, raw: f"{kind}:{raw}",
        access_file=folder / "access",
        clerk_command=write_clerk_command(folder / "lake", write_settings_file(folder), settings.clerk),
        clock=lambda: NOW_SECONDS,
    )


async def _ask_one(client: TestClient, route: str, question: Question) -> str:  # type: ignore[type-arg]
    method = route.split(" ")[0]
    async with client.request(method, question.path, json=question.body) as response:
        answer = json.dumps(await response.json(), ensure_ascii=False, indent=2)
    return re.sub(r'"(recommendation_id|model_version)": "[^"]*"', _fix, answer)


def _fix(found: re.Match[str]) -> str:
    fixed = {"recommendation_id": "02348874ad3bf441", "model_version": "8f633d87af74"}
    return f'"{found[1]}": "{fixed[found[1]]}"'
