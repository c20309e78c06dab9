import re
from pathlib import Path

import api
from api.messages import ItemsAnswer, PagesAnswer
from api.routes import ROUTES
from tests.api.conftest import Client

FOLDER = Path(api.__file__).parent / "dashboard"


async def test_the_page_and_its_files_are_served_under_a_strict_policy(client: Client) -> None:
    page = await client.get("/")
    assert page.content_type == "text/html"
    html = await page.text()
    for path in re.findall(r'(?:src|href)="(/dashboard/[^"]+)"', html):
        part = await client.get(path)
        assert part.status == 200
        assert part.headers["X-Content-Type-Options"] == "nosniff"
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_the_page_needs_nobody_else_and_never_writes_markup() -> None:
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert "//" not in re.sub(r"^\s*//.*$|^// .*$|;\s+// .*$", "", text, flags=re.MULTILINE), (
            f"{path.name} loads from elsewhere"
        )
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "style="):
            assert word not in text, f"{path.name} uses {word}"


def test_every_text_of_the_page_is_there_in_both_languages() -> None:
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    english, chinese = re.findall(r"^  (?:en|zh): \{(.*?)^  \},", script, flags=re.MULTILINE | re.DOTALL)
    keys = [
        set(re.findall(r'(?:^|[,{] )\s*"?([a-zA-Z-]+)"?:', text, flags=re.MULTILINE)) for text in (english, chinese)
    ]
    assert keys[0] == keys[1]
    used = set(re.findall(r'data-text="([^"]+)"', (FOLDER / "index.html").read_text(encoding="utf-8")))
    assert used <= keys[0]
    questions = re.findall(r'^  "?([a-z-]+)"?: \{ about: "([a-z]+)"', script, flags=re.MULTILINE)
    assert {word for words in questions for word in words} <= keys[0]


def test_every_list_that_can_be_asked_for_can_be_tried_on_the_page() -> None:
    tried = set(re.findall(r'path: \(\w*\) => [`"]([^`"]+)[`"]', (FOLDER / "page.js").read_text(encoding="utf-8")))
    lists = [route for route in ROUTES if route.method == "GET" and route.answer in (ItemsAnswer, PagesAnswer)]
    assert tried == {re.sub(r"\{\w+\}", "${id}", route.template) for route in lists}
