"""What is true of every access log: what a server writes in a format is read back from it."""

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import choose_format, split_lines
from tests.intake import chop

Fields = dict[str, object]

moments = st.datetimes(datetime(1970, 1, 2), datetime(2099, 12, 30)).map(lambda at: at.replace(microsecond=0))
offsets = st.integers(-47, 56).map(lambda quarters: timedelta(minutes=15 * quarters))
signs = st.characters(min_codepoint=0x21, max_codepoint=0x24F, blacklist_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
words = st.text(signs, min_size=1, max_size=12).filter(lambda text: text != "-")
plain = st.text("abcXYZ019._~%-", min_size=1, max_size=12).filter(lambda text: text != "-")
texts = st.lists(words, min_size=1, max_size=4).map(" ".join)
hits = st.fixed_dictionaries({
    "moment": moments, "offset": offsets,
    "address": st.ip_addresses().map(str),
    "customer": st.none() | plain,
    "method": st.sampled_from(["GET", "POST", "HEAD", "PROPFIND", "M-SEARCH"]),
    "path": plain.map(lambda path: f"/{path}"),
    "query": st.none() | plain,
    "status": st.integers(100, 599),
    "referrer": st.none() | texts,
    "agent": st.none() | texts,
})  # fmt: skip
logs = st.lists(hits, min_size=1, max_size=6)


def write_clock(hit: Fields) -> str:
    local = (hit["moment"] + hit["offset"]).replace(tzinfo=timezone(hit["offset"]))
    return local.strftime("%d/%b/%Y:%H:%M:%S %z")


def write_uri(hit: Fields) -> str:
    return hit["path"] + ("" if hit["query"] is None else f"?{hit['query']}")


def escape_nginx(text: str | None) -> str:
    """Write a text as nginx does: everything odd by its code."""
    if text is None:
        return "-"
    return "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02X}" for b in text.encode())


def escape_apache(text: str | None) -> str:
    """Write a text as Apache does: quotes and backslashes after a backslash, other odd signs as nginx."""
    if text is None:
        return "-"
    return "".join(f"\\{chr(b)}" if b in b'"\\' else chr(b) if 32 <= b < 127 else f"\\x{b:02x}" for b in text.encode())


def write_combined(hit: Fields, escape=escape_nginx) -> str:
    request = f"{hit['method']} {write_uri(hit)} HTTP/1.1"
    return (
        f'{hit["address"]} - {hit["customer"] or "-"} [{write_clock(hit)}] "{request}" {hit["status"]} 12'
        f' "{escape(hit["referrer"])}" "{escape(hit["agent"])}"'
    )


def write_json(hit: Fields) -> str:
    return json.dumps({
        "time_local": write_clock(hit), "remote_addr": hit["address"], "remote_user": hit["customer"] or "",
        "request_method": hit["method"], "request_uri": write_uri(hit), "status": hit["status"],
        "http_referer": hit["referrer"] or "", "http_user_agent": hit["agent"] or "",
    })  # fmt: skip


def write_caddy(hit: Fields) -> str:
    headers = {"User-Agent": [hit["agent"]] if hit["agent"] else ["-"], "Accept": ["*/*", "a/b"]}
    if hit["referrer"]:
        headers["Referer"] = [hit["referrer"]]
    request = {"client_ip": hit["address"], "method": hit["method"], "uri": write_uri(hit), "headers": headers}
    at = hit["moment"].replace(tzinfo=UTC).timestamp()
    return json.dumps({"ts": at, "request": request, "user_id": hit["customer"] or "", "status": hit["status"]})


def write_traefik(hit: Fields) -> str:
    return json.dumps({
        "StartUTC": hit["moment"].strftime("%Y-%m-%dT%H:%M:%SZ"), "ClientHost": hit["address"],
        "ClientUsername": hit["customer"] or "-", "RequestMethod": hit["method"], "RequestPath": write_uri(hit),
        "DownstreamStatus": hit["status"], "request_User-Agent": hit["agent"] or "-",
        **({"request_Referer": hit["referrer"]} if hit["referrer"] else {}),
    })  # fmt: skip


OWN = (
    "$time_iso8601\t$remote_addr\t$customer_id\t$request_method\t$uri\t$args\t$status\t$http_referer\t$http_user_agent"
)


def write_own(hit: Fields) -> str:
    local = (hit["moment"] + hit["offset"]).replace(tzinfo=timezone(hit["offset"]))
    return "\t".join([
        local.isoformat(), hit["address"], hit["customer"] or "-", hit["method"], hit["path"], hit["query"] or "-",
        str(hit["status"]), escape_nginx(hit["referrer"]), escape_nginx(hit["agent"]),
    ])  # fmt: skip


W3C = "#Fields: date time c-ip cs-username cs-method cs-uri-stem cs-uri-query sc-status cs(Referer) cs(User-Agent)"


def write_w3c(hit: Fields) -> str:
    agent = "-" if hit["agent"] is None else hit["agent"].replace(" ", "+")
    referrer = "-" if hit["referrer"] is None else hit["referrer"].replace(" ", "%20")
    moment = hit["moment"].strftime("%Y-%m-%d %H:%M:%S")
    return (
        f"{moment} {hit['address']} {hit['customer'] or '-'} {hit['method']} {hit['path']} {hit['query'] or '-'}"
        f" {hit['status']} {referrer} {agent}"
    )


WRITERS = {
    "combined": write_combined,
    "vhost_combined": lambda hit: f"www.example.cn:443 {write_combined(hit)}",
    "traefik": lambda hit: f'{write_combined(hit)} 7 "shop@docker" "http://10.0.0.2" 3ms',
    '$remote_addr - $remote_user [$time_local] "$request" $status $bytes_sent "$http_referer" "$http_user_agent"': (
        lambda hit: write_combined(hit, escape_apache)
    ),
    "nginx_json": write_json,
    "caddy": write_caddy,
    "traefik_json": write_traefik,
    OWN: write_own,
}


def read(log_format: str, lines: list[str]) -> list[Fields]:
    batches = list(split_lines(["\n".join([*lines, ""]).encode()]))
    chosen = choose_format(log_format, batches[0], None, "test.log")
    rows = [row for part, reader in chosen.pair(batches) for row in reader(part.lines).iter_rows(named=True)]
    return sorted(rows, key=lambda row: row["line"])


def check(row: Fields, hit: Fields, referrer: str | None, agent: str | None) -> None:
    assert row["reason"] is None
    assert row["occurred_at"] == hit["moment"].replace(tzinfo=UTC)
    said = {name: row[name] for name in ("address", "customer", "method", "status")}
    assert said == {name: hit[name] for name in said}
    assert (row["location"], row["referrer"], row["user_agent"] or None) == (write_uri(hit), referrer, agent)


@given(logs, st.sampled_from(sorted(WRITERS)))
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(log, log_format):
    rows = read(log_format, [WRITERS[log_format](hit) for hit in log])
    assert len(rows) == len(log)
    for row, hit in zip(rows, log, strict=True):
        check(row, hit, hit["referrer"], hit["agent"])


@given(logs)
@settings(max_examples=25, deadline=None)
def test_what_iis_writes_is_read_though_it_writes_a_blank_as_a_plus(log):
    for row, hit in zip(read("w3c", [W3C, *map(write_w3c, log)]), log, strict=True):
        referrer = hit["referrer"] and hit["referrer"].replace(" ", "%20")
        check(row, hit, referrer, hit["agent"] and hit["agent"].replace("+", " "))


@given(logs)
@settings(max_examples=25, deadline=None)
def test_quotes_and_escapes_lead_to_the_same_fields_by_either_way_of_reading(log):
    by_splitting = read("combined", [write_combined(hit) for hit in log])
    by_matching = read("combined", [write_combined(hit, escape_apache) for hit in log])
    for one, other in zip(by_splitting, by_matching, strict=True):
        assert {**one, "text": ""} == {**other, "text": ""}


pieces = st.sampled_from([
    W3C, "#Fields: date time c-ip cs-method cs-uri-stem sc-status", "#Software: IIS", "", "dirt", "\0",
    "2026-03-02 00:00:01 10.0.0.1 GET /a 200", "2026-03-02 00:00:01 10.0.0.1 - GET /a - 200 - Moz",
])  # fmt: skip


@given(st.lists(pieces, max_size=15), st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_a_w3c_log_is_read_alike_however_it_is_cut_and_no_line_is_lost(lines, block):
    content = "\n".join([W3C, *lines, ""]).encode()
    whole, cut = list(split_lines([content])), list(split_lines(chop(content, 8), block))
    chosen = choose_format("w3c", whole[0], None, "test.log")
    read = []
    for batches in (whole, cut):
        pairs = list(chosen.pair(batches))
        assert [part.size for part, _ in pairs] == [batch.size for batch in batches]
        rows = [row for part, reader in pairs for row in reader(part.lines).iter_rows(named=True)]
        read.append(sorted((row["line"], row["reason"], row["location"]) for row in rows))
    assert read[0] == read[1]
