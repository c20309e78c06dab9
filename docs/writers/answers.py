"""Answers: what the API says to one example of each question, asked of a running server."""

import asyncio
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory

from aiohttp.test_utils import TestClient, TestServer

from api import ServeSettings, create_app
from docs.writers.shop import MADE_AT, NOW_SECONDS, make_shop
from serving import publish_snapshot

Node = dict[str, object]

BATCH = {
    "requests": [
        {"id": "slot-1", "kind": "also_viewed", "item_id": "HS-07", "n": 1},
        {"id": "slot-2", "kind": "next_click", "pages": ["home", "product"], "channel": "app", "n": 1},
    ]
}
QUESTIONS = {
    "/v1/items/{item_id}/also-viewed": "/v1/items/HS-07/also-viewed?n=2",
    "/v1/items/{item_id}/also-bought": "/v1/items/HS-07/also-bought?n=1&lang=zh",
    "/v1/pages/{page}/next-clicks": "/v1/pages/product/next-clicks?channel=app&n=2",
    "/v1/visitors/{visitor_id}/recommendations": "/v1/visitors/d500857c/recommendations?n=2",
    "/v1/recommendations:batch": "/v1/recommendations:batch",
    "/v1/reports": "/v1/reports",
    "/v1/reports/{name}": "/v1/reports/abandonment",
    "/healthz": "/healthz",
    "/readyz": "/readyz",
}
"""One question for each route that answers with JSON; the description itself would be its own example."""


def ask_api() -> tuple[Node, dict[str, str]]:
    """Return the OpenAPI document, and each question's answer as JSON text.

    Ids made by chance, and the version, which changes with the format, are written as fixed ones.
    """
    return asyncio.run(_ask())


async def _ask() -> tuple[Node, dict[str, str]]:
    with TemporaryDirectory() as folder:
        publish_snapshot(Path(folder), make_shop(), made_at=MADE_AT)
        settings = ServeSettings(refresh_seconds=0.02, access_log=False)
        app = create_app(settings, Path(folder), lambda kind, raw: f"{kind}:{raw}", clock=lambda: NOW_SECONDS)
        async with TestClient(TestServer(app)) as client:
            while (await client.get("/readyz")).status != 200:
                await asyncio.sleep(0.01)
            described = await (await client.get("/openapi.json")).json()
            answers = {path: await _ask_one(client, question) for path, question in QUESTIONS.items()}
    return described, answers


async def _ask_one(client: TestClient, question: str) -> str:  # type: ignore[type-arg]
    asking = client.post(question, json=BATCH) if question.endswith(":batch") else client.get(question)
    async with asking as response:
        answer = json.dumps(await response.json(), ensure_ascii=False, indent=2)
    return re.sub(r'"(recommendation_id|model_version)": "[^"]*"', _fix, answer)


def _fix(found: re.Match[str]) -> str:
    fixed = {"recommendation_id": "02348874ad3bf441", "model_version": "8f633d87af74"}
    return f'"{found[1]}": "{fixed[found[1]]}"'
