"""Reception: a request becomes lines in the spool, and only then is it answered with yes."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from aiohttp import hdrs, web

from api.collector.admission import are_keys_known, is_origin_known
from api.collector.batches import name_batch, share_time
from api.collector.documents import show_bytes
from api.collector.endpoints import Endpoint
from api.collector.lines import AGENT_CHARACTERS, Envelope, Written, write_lines
from api.collector.meter import CollectorMeter
from api.collector.parcels import Broken, Parcel, write_time
from api.collector.redaction import Pseudonym, Redactor
from api.collector.replies import allow_origin
from api.collector.segment import read_write_key
from api.collector.settings import CollectorSettings
from api.collector.spool import FullError, Spool, SpoolError
from api.problems import ProblemError
from api.requests.bodies import read_body
from api.requests.unpacking import GZIP_MAGIC, TooLargeError, UnreadableError, unpack

KNOWN_ENCODINGS = ("", "identity", "gzip", "x-gzip")
LARGE_BYTES = 32_768
"""From here on a body is read in a thread, one after the other, so that no recommendation waits for it."""
AGAIN: dict[str, str] = {hdrs.RETRY_AFTER: "5"}
"""When to send what there was no room for: a disk is not mended in a second."""


class Reception:
    """Takes in what all endpoints are sent."""

    def __init__(
        self,
        settings: CollectorSettings,
        spool: Spool,
        meter: CollectorMeter,
        pseudonym: Pseudonym,
        clock: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._spool = spool
        self._meter = meter
        self._pseudonym = pseudonym
        self._redactor = Redactor(pseudonym, keep_addresses=settings.addresses == "token")
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, "large-bodies")

    async def take(self, request: web.Request, endpoint: Endpoint) -> web.Response:
        """Answer with the endpoint's own yes once everything is on disk; else raise a problem that pages may read."""
        try:
            await self._take(request, endpoint)
        except ProblemError as fault:
            self._meter.refusals.labels(endpoint.tracker, str(fault.status)).inc()
            fault.headers |= allow_origin(request)
            raise
        return endpoint.find_reply(request.method).respond(request)

    async def _take(self, request: web.Request, endpoint: Endpoint) -> None:
        if not is_origin_known(request, self._settings):
            raise ProblemError(403, "Pages of this origin may not send here.")
        if request.method == hdrs.METH_HEAD:
            return
        if self._spool.is_full():
            raise _refuse_full()
        try:
            body = await read_body(request, self._settings.body_bytes, self._settings.body_seconds)
            _check_encoding(request, body)
            with self._spool.hold(len(body) + len(request.rel_url.raw_query_string)):
                await self._keep(request, endpoint, body)
        except (FullError, SpoolError):
            raise _refuse_full() from None
        except TooLargeError:
            raise _refuse_large(self._settings) from None

    async def _keep(self, request: web.Request, endpoint: Endpoint, body: bytes) -> None:
        """Read, redact and write; in a thread where that takes long."""
        large = len(body) >= LARGE_BYTES or body.startswith(GZIP_MAGIC)
        if large:
            loop = asyncio.get_running_loop()
            written = await loop.run_in_executor(self._thread, self._compose, request, endpoint, body)
        else:
            written = self._compose(request, endpoint, body)
        if not written.lines:
            return
        await self._spool.keep(written.lines)
        self._meter.events.labels(endpoint.tracker).inc(written.events)
        for fault in written.faults:
            self._meter.faults.labels(endpoint.tracker, fault).inc()

    def _compose(self, request: web.Request, endpoint: Endpoint, body: bytes) -> Written:
        parcel = self._open(request, body)
        pieces = endpoint.read(parcel) if parcel.torn is None else [Broken("bad_json", parcel.torn, parcel.key)]
        if len(pieces) > self._settings.batch_events:
            raise TooLargeError
        if not are_keys_known(pieces, self._settings):
            raise ProblemError(403, "Events with this key are not taken in here.")
        batch = name_batch(pieces, self._pseudonym) if endpoint.named_by_content else secrets.token_hex(16)
        return write_lines(
            share_time(pieces), self._write_head(request, endpoint.tracker, batch, parcel), self._redactor
        )

    def _open(self, request: web.Request, body: bytes) -> Parcel:
        settings = self._settings
        torn = None
        try:
            plain = unpack(body, settings.plain_bytes)
        except UnreadableError as fault:
            plain, torn = b"", show_bytes(fault.opened)
        return Parcel(
            query=dict(request.rel_url.query),
            body=plain,
            key=read_write_key(request.headers.get(hdrs.AUTHORIZATION, "")),
            anonymous="SP-Anonymous" in request.headers,
            most_bytes=settings.plain_bytes,
            torn=torn,
        )

    def _write_head(self, request: web.Request, tracker: str, batch: str, parcel: Parcel) -> Envelope:
        """Write what all lines of the request begin with."""
        moment = datetime.fromtimestamp(self._clock(), UTC)
        agent = request.headers.get(hdrs.USER_AGENT, "").encode("utf-8", "replace").decode()
        address = None if parcel.anonymous else find_address(request, self._settings.proxies)
        return Envelope(
            tracker=tracker,
            received_at=write_time(moment),
            batch=batch,
            agent=self._redactor.hide_text(agent[:AGENT_CHARACTERS]),
            address=self._redactor.hide_address(address),
        )


def find_address(request: web.Request, proxies: int) -> str | None:
    """Find the sender's address: what the outermost trusted proxy saw, or the other end of the connection."""
    if not proxies:
        return request.remote
    seen = [part.strip() for part in ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, ())).split(",")]
    return (seen[-proxies] if len(seen) >= proxies else seen[0]) or request.remote


def _check_encoding(request: web.Request, body: bytes) -> None:
    """Refuse what is packed in a way that nobody here can open; whether it is gzip, its first bytes say."""
    told = request.headers.get(hdrs.CONTENT_ENCODING, "").strip().lower()
    if told not in KNOWN_ENCODINGS and not body.startswith(GZIP_MAGIC):
        raise ProblemError(415, "Send the body plain or as gzip.")


def _refuse_large(settings: CollectorSettings) -> ProblemError:
    may = f"{settings.body_bytes:,} bytes, {settings.plain_bytes:,} unpacked, and {settings.batch_events:,} events"
    return ProblemError(413, f"The body is too large: it may hold {may}. Split it.")


def _refuse_full() -> ProblemError:
    return ProblemError(503, "It could not be stored; send it again.", headers=AGAIN)
