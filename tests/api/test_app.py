import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_serving_needs_neither_the_training_nor_the_reading_of_logs(tmp_path: Path) -> None:
    program = """
import asyncio, sys
from pathlib import Path
import api, serving
from aiohttp.test_utils import TestClient, TestServer
from tests.serving.shop import make_shop
folder = Path(sys.argv[1])
serving.publish_snapshot(folder, make_shop(), made_at="x")
async def ask():
    app = api.create_app(api.ServeSettings(), folder, lambda kind, raw: raw)
    async with TestClient(TestServer(app)) as client:
        for path in ("/v1/items/plan/also-viewed", "/v1/visitors/x/recommendations?recent=plan", "/metrics", "/"):
            assert (await client.get(path)).status == 200
asyncio.run(ask())
heavy = "polars implicit mlxtend networkx deltalake scipy pandas dataframely pyarrow ingest paths recommend evaluation lake"
print(sorted(set(heavy.split()) & set(sys.modules)))
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert told.stdout.strip() == "[]", told.stderr
