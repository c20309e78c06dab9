"""Access logs in JSON: nginx's, whose keys its log_format names, Caddy's and Traefik's."""

from collections.abc import Mapping as Dictionary
from contextlib import suppress
from functools import partial

import dataframely as dy
import msgspec
import polars as pl

from ingest.lines import Batch, Line
from ingest.mapping import Mapping
from ingest.readers.documents import read_paths
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.variables import IDS, NEEDED, OWN, name_variable, understand
from ingest.sources import Reader

Keys = Dictionary[str, tuple[str, ...]]
"""Variable = the paths at which a document may hold it, the best first."""

NGINX: Keys = {
    **{name: (name,) for name in (*OWN, *IDS, "customer_id", "client_address", "time_iso8601", "time_local", "msec")},
    "occurred_at": ("occurred_at", "time", "timestamp", "@timestamp", "ts", "datetime", "date"),
    "remote_addr": ("remote_addr", "client_ip", "clientip", "remote_ip", "ip", "client"),
    "remote_user": ("remote_user", "user"),
    "request": ("request",),
    "request_method": ("request_method", "method", "verb"),
    "request_uri": ("request_uri", "url", "request_url"),
    "uri": ("uri", "path"),
    "args": ("args", "query_string", "query"),
    "server_protocol": ("server_protocol", "protocol"),
    "status": ("status", "status_code", "response", "code"),
    "http_referer": ("http_referer", "http_referrer", "referer", "referrer"),
    "http_user_agent": ("http_user_agent", "user_agent", "http_useragent", "useragent", "agent", "ua"),
}
CADDY: Keys = {
    "occurred_at": ("ts",),
    "remote_addr": ("request/client_ip", "request/remote_ip"),
    "remote_addr_port": ("request/remote_addr",),
    "remote_user": ("user_id",),
    "request_method": ("request/method",),
    "request_uri": ("request/uri",),
    "status": ("status",),
    "http_referer": ("request/headers/Referer[]",),
    "http_user_agent": ("request/headers/User-Agent[]",),
    "logger": ("logger",),
}
TRAEFIK: Keys = {
    "occurred_at": ("StartUTC", "time"),
    "remote_addr": ("ClientHost",),
    "remote_addr_port": ("ClientAddr",),
    "remote_user": ("ClientUsername",),
    "request_method": ("RequestMethod",),
    "request_uri": ("RequestPath",),
    "status": ("DownstreamStatus",),
    "http_referer": ("request_Referer",),
    "http_user_agent": ("request_User-Agent",),
}
KEYS: dict[str, Keys] = {"nginx_json": NGINX, "caddy": CADDY, "traefik_json": TRAEFIK}
"""Format = where its documents hold what."""

SAMPLE_LINES = 100
ERRORS = "http.log.error"
"""Caddy logs a failed request twice: in its access log, and here."""


def open_server_json(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None, *, name: str) -> Pair:  # noqa: ARG001
    """Open a log in one of `KEYS`; of the many names that nginx's keys may bear, those that its first lines use.

    Where these tell no time, no address, no request or no status, all names are tried on each line.
    """
    keys = _choose_keys(head) if name == "nginx_json" else KEYS[name]
    return pair_all(read_server_json(name, zone or "UTC", keys))


def _choose_keys(head: Batch) -> Keys:
    present = _find_keys(head)
    used = {variable: tuple(path for path in some if path in present) for variable, some in NGINX.items()}
    keys = {variable: some for variable, some in used.items() if some}
    enough = all(set(some) & keys.keys() for some in [*NEEDED.values(), ("status",)])
    return keys if enough else NGINX


def read_server_json(name: str, zone: str = "UTC", keys: Keys | None = None) -> Reader:
    """Return the reader of one of `KEYS`, with keys of its own if any are given.

    Reasons, beside those of `understand`: `bad_json`, and `not_` with the format's name.
    """
    return partial(_read, keys=KEYS[name] if keys is None else keys, shape=f"not_{name}", zone=zone)


def _find_keys(head: Batch) -> set[str]:
    """Return the keys of the first lines that are JSON objects."""
    found: set[str] = set()
    for text in head.lines["text"].head(SAMPLE_LINES):
        with suppress(msgspec.DecodeError):
            found |= msgspec.json.decode(text, type=dict[str, msgspec.Raw]).keys()
    return found


def _read(lines: dy.DataFrame[Line], keys: Keys, shape: str, zone: str) -> pl.DataFrame:
    paths = list(dict.fromkeys(path for some in keys.values() for path in some))
    read = read_paths(lines, paths).lazy()
    said = read.select(
        "line", "text", "fault",
        *(pl.coalesce(pl.col(path) for path in some).alias(name_variable(variable)) for variable, some in keys.items()),
    )  # fmt: skip
    if "logger" in keys:
        twice = pl.col("$logger").str.starts_with(ERRORS).fill_null(False)
        said = said.with_columns(fault=pl.coalesce("fault", pl.when(twice).then(pl.lit(shape))))
    return understand(said, shape, zone=zone)
