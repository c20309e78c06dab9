"""Bodies: what a request carries, read within limits of size and time."""

import asyncio

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from api.problems import ProblemError
from api.requests.unpacking import TooLargeError


async def read_body(request: web.Request, most_bytes: int, seconds: float) -> bytes:
    """Read a body as it was sent, packed or not; raises TooLargeError, and 400 and 408 problems."""
    if (request.content_length or 0) > most_bytes:
        raise TooLargeError
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for part in request.content.iter_any():
                body += part
                if len(body) > most_bytes:
                    raise TooLargeError
    except TimeoutError:
        raise ProblemError(408, f"The body took longer than {seconds:g} seconds to arrive.") from None
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError):
        raise ProblemError(400, "The body could not be read: its encoding is broken.") from None
    return bytes(body)
