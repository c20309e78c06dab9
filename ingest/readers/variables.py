"""Variables: what servers log of a request, by nginx's names for it, and what each becomes."""

from collections.abc import Iterable, Iterator

import polars as pl

from ingest.readers.clocks import read_any_clock, read_common_clock, read_epoch_clock, read_iso_clock
from ingest.readers.escapes import turn_back

OWN = (
    "event_id", "channel", "item_id", "category", "order_id", "slot", "recommendation_id", "campaign", "device",
    "region", "page",
)  # fmt: skip
"""Fields of an event that a log may give under our own names, as they are."""
CLOCKS = ("occurred_at", "time_iso8601", "msec", "time_local")
"""Variables that tell the time, the exactest first."""
WHO = (
    "visitor_id", "uid_got", "uid_set", "client_address", "remote_addr", "remote_addr_port", "remote_user",
    "customer_id",
)  # fmt: skip
"""Variables that tell who asks."""
IDS = ("visitor_id", "uid_got", "uid_set")
ESCAPED = ("$http_referer", "$http_user_agent")
WHERE = ("request", "request_uri", "uri")
NEEDED = {"time": CLOCKS, "visitor": WHO, "request": WHERE}
"""Of each kind a log must have at least one."""
USED = frozenset({
    *OWN, *CLOCKS, *WHO, *WHERE, "request_method", "server_protocol", "args", "query_string", "status", "http_referer",
    "http_user_agent",
})  # fmt: skip
"""Every variable that something is taken from."""

NOTHING = pl.lit(None, pl.String)
METHOD = r"^[A-Z][A-Z_-]{0,31}$"
PORT = r":\d+$"
ORIGIN = r"^(?:\w+://[^/?]*|[^/?]+)"
"""What stands before a path: scheme and host, or host alone."""


def name_variable(variable: str) -> str:
    """Name a variable's column so that it cannot be taken for one of ours."""
    return f"${variable}"


def understand(said: pl.LazyFrame, shape: str, *, zone: str = "UTC", escaped: bool = False) -> pl.DataFrame:
    """Turn what lines say of requests into the fields of records.

    `said` has `line`, `text`, `fault` (null where the line has its format's shape) and variables as text
    (`name_variable`), `-` or null for nothing. `zone` is that of times without an offset; `escaped` says that texts
    may hold a text log's escapes. Reasons: the fault, `shape` where there is no status or nobody asks, `bad_time`,
    `bad_request` (no HTTP request: a port scan, a TLS handshake on a plain port).
    """
    columns = said.collect_schema().names()
    known = {name.removeprefix("$") for name in columns if name.startswith("$")}
    if escaped:
        said = _turn_back(said.collect(), [name for name in ESCAPED if name in columns]).lazy()
    fields = said.with_columns(_part_request(known)).with_columns(_take_fields(known, zone))
    whole = fields.with_columns(visitor=_name_visitor(known)).with_columns(reason=_judge(shape, known)).collect()
    kept = whole.select(name for name in whole.columns if not name.startswith(("$", "~")) and name != "fault")
    return _leave_origin(_turn_back(kept, ["location"]) if escaped else kept)


def _turn_back(fields: pl.DataFrame, names: Iterable[str]) -> pl.DataFrame:
    return fields.with_columns(turn_back(fields[name]) for name in names)


def _part_request(known: set[str]) -> list[pl.Expr]:
    """Find method, location and protocol: in the request line, or each in its own variable."""
    line = pl.col("$request").str.splitn(" ", 3).struct
    whole = [line.field(f"field_{place}") for place in range(3)] if "request" in known else None
    parts = [_say("request_method", known), _find_location(known), _say("server_protocol", known)]
    if whole and {"request_method", "request_uri", "uri"} & known:
        whole = [pl.coalesce(pair) for pair in zip(whole, parts, strict=True)]
    return [part.alias(name) for part, name in zip(whole or parts, ("method", "location", "~protocol"), strict=True)]


def _find_location(known: set[str]) -> pl.Expr:
    """Return the request's URI; else its path, with its query where there is one."""
    query = pl.coalesce(_say("args", known), _say("query_string", known)).str.strip_prefix("?")
    path = _say("uri", known)
    joined = pl.when(path.is_not_null()).then(pl.concat_str(path, query, separator="?", ignore_nulls=True))
    return pl.coalesce(_say("request_uri", known), joined) if "uri" in known else _say("request_uri", known)


def _take_fields(known: set[str], zone: str) -> list[pl.Expr]:
    customer = [_say(name, known) for name in ("customer_id", "remote_user") if name in known]
    agent, status = pl.col("$http_user_agent"), pl.col("$status").cast(pl.Int64, strict=False)
    return [
        pl.coalesce(_read_clocks(known, zone)).alias("occurred_at"),
        pl.coalesce(_find_addresses(known)).alias("address"),
        pl.coalesce(customer or NOTHING).alias("customer"),
        (status if "status" in known else pl.lit(None, pl.Int64)).alias("status"),
        _say("http_referer", known).alias("referrer"),
        (pl.when(agent == "-").then(pl.lit("")).otherwise(agent) if "http_user_agent" in known else NOTHING).alias(
            "user_agent"
        ),
        *(_say(field, known).alias(field) for field in OWN if field in known),
    ]


def _say(variable: str, known: Iterable[str]) -> pl.Expr:
    """Return what a variable says; null where the log has it not, or says nothing."""
    said = pl.col(name_variable(variable))
    return pl.when((said != "-") & (said != "")).then(said) if variable in known else NOTHING


def _find_addresses(known: set[str]) -> Iterator[pl.Expr]:
    """Return the addresses of whoever asked: the first of those that proxies passed on, then the connection's."""
    if "client_address" in known:
        yield _say("client_address", known).str.splitn(",", 2).struct.field("field_0").str.strip_chars()
    if "remote_addr" in known:
        yield _say("remote_addr", known)
    if "remote_addr_port" in known:
        yield _say("remote_addr_port", known).str.replace(PORT, "").str.strip_chars("[]")
    yield NOTHING


def _read_clocks(known: set[str], zone: str) -> Iterator[pl.Expr]:
    if "time_iso8601" in known:
        yield read_iso_clock(pl.col("$time_iso8601"), zone)
    if "msec" in known:
        yield read_epoch_clock(pl.col("$msec"))
    if "time_local" in known:
        yield read_common_clock(pl.col("$time_local"))
    if "occurred_at" in known:
        yield read_any_clock(_say("occurred_at", known), zone)
    yield pl.lit(None, pl.Datetime("us", "UTC"))


def _name_visitor(known: set[str]) -> pl.Expr:
    """Name the device: by its id or cookie, else by address and agent."""
    given = [_say(name, known).str.strip_prefix("uid=") for name in IDS if name in known]
    someone = pl.concat_str("address", "user_agent", separator=" ", ignore_nulls=True)
    return pl.coalesce(*given, pl.when(pl.col("address").is_not_null()).then(someone))


def _judge(shape: str, known: set[str]) -> pl.Expr:
    """Say the first thing that is wrong with a line, or null.

    A user that begins with "- " is the sign of a field more at the line's beginning, nobody at all of one less.
    """
    shifted = pl.col("customer").str.starts_with("- ").fill_null(pl.col("visitor").is_null())
    statusless = pl.col("status").is_null() if "status" in known else pl.lit(False)
    return (
        pl.when(pl.col("fault").is_not_null())
        .then(pl.col("fault"))
        .when(statusless | shifted)
        .then(pl.lit(shape))
        .when(pl.col("occurred_at").is_null())
        .then(pl.lit("bad_time"))
        .when(~_is_request(known))
        .then(pl.lit("bad_request"))
    )


def _is_request(known: set[str]) -> pl.Expr:
    """Tell HTTP from noise; the oldest HTTP asks by `GET /path` alone."""
    method, path, protocol = pl.col("method"), pl.col("location"), pl.col("~protocol")
    parted = (method.str.contains(METHOD) if "request_method" in known else pl.lit(True)) & path.is_not_null()
    if "request" not in known:
        return parted.fill_null(False)
    oldest = protocol.is_null() & (method == "GET") & path.str.starts_with("/")
    whole = (protocol.str.starts_with("HTTP/") | oldest).fill_null(False)
    return pl.when(pl.col("$request").is_null()).then(parted.fill_null(False)).otherwise(whole)


def _leave_origin(fields: pl.DataFrame) -> pl.DataFrame:
    """Leave scheme and host out of locations; most logs have neither."""
    if fields["location"].str.starts_with("/").all():
        return fields
    return fields.with_columns(location=pl.col("location").str.replace(ORIGIN, "").replace("", None))
