"""The rival of our answers: `python -m benchmarks.bare_server FILE` serves a file's bytes from memory, and no more.

What is posted is read and forgotten.
"""

import asyncio
import sys
from pathlib import Path

from aiohttp import web


async def serve(body: bytes) -> None:
    """Answer everything with the same bytes on a free port of this machine, which goes to standard output."""

    async def show(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", show)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(f'{{"port": {runner.addresses[0][1]}}}', flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).read_bytes()))
