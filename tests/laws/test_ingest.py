"""What is true of every log, however dirty."""

from functools import partial

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import (
    Event,
    Quarantine,
    Reader,
    choose_format,
    read_combined,
    read_common,
    read_csv,
    read_gateway,
    read_ndjson,
    split_lines,
)
from tests.intake import chop, hit, map_columns, take

MAPPING = map_columns(
    header=False,
    columns=["time", "visitor", "price"],
    fields={"occurred_at": "time", "visitor_id": "visitor", "price": "price"},
    time={"unit": "s"},
)


def read_as(log_format: str, head: bytes = b"x") -> Reader:
    """Return the reader of a server's log that begins so."""
    [batch] = split_lines([head + b"\n"])
    return next(choose_format(log_format, batch, None, "test.log").pair([batch]))[1]


OWN = "$msec|$remote_addr|$request_method|$uri|$status|$http_user_agent"
UPSTREAM = '$remote_addr [$time_local] $upstream_addr "$request" $status'
DOCUMENT = b'{"time_iso8601":"2026-03-02T08:00:01Z","remote_addr":"10.0.0.1","request":"GET / HTTP/1.1","status":200}'
FIELDS = b"#Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)"
SERVERS = [
    b"www:80 " + hit("/product/PL-01").encode(),
    hit("/").encode() + b' 7 "shop" "http://10.0.0.2" 3ms',
    DOCUMENT,
    b'{"ts":1772409601.5,"request":{"client_ip":"10.0.0.1","method":"GET","uri":"/"},"status":200}',
    b'{"StartUTC":"2026-03-02T08:00:01Z","ClientHost":"10.0.0.1","RequestMethod":"GET","RequestPath":"/","DownstreamStatus":200}',
    FIELDS,
    b"2026-03-02 00:00:01 10.0.0.1 GET / 200 Mozilla/5.0+(X11)",
    b"2026-03-02\t00:00:01\t10.0.0.1\tGET\t/\t200\tMozilla/5.0%20(X11)",
    b'h2 2026-03-02T00:00:01.0Z lb 10.0.0.1:1 - 0 0 0 200 200 1 1 "GET http://h:80/ HTTP/1.1" "curl" - -',
    b'2026-03-02T00:00:01.0Z lb 10.0.0.1:1 - 0 0 0 200 200 1 1 "GET http://h:80/ HTTP/1.1" "curl" - -',
    b"1772409601.250|10.0.0.1|GET|/|200|Mozilla",
    b'10.0.0.1 [02/Mar/2026:08:00:01 +0800] 1.1.1.1, 2.2.2.2 "GET / HTTP/1.1" 200',
    hit("/a", agent=r"a \"quoted\" \xE4\xBD agent").encode(),
]
READERS: dict[str, Reader] = {
    **{
        name: read_as(name)
        for name in ("vhost_combined", "traefik", "caddy", "traefik_json", "alb", "elb", OWN, UPSTREAM)
    },
    "nginx_json": read_as("nginx_json", DOCUMENT),
    "w3c": read_as("w3c", FIELDS),
    "combined": read_combined,
    "common": read_common,
    "gateway": read_gateway,
    "ndjson": partial(read_ndjson, mapping=MAPPING),
    "csv": partial(read_csv, columns=MAPPING.columns, mapping=MAPPING),
}
GOOD = [
    hit("/product/PL-01").encode(),
    b'10.0.0.1 - - [02/Mar/2026:08:00:00 +0800] "GET / HTTP/1.1" 200 5',
    b"1363157985066 \t13000000001\tAP\t10.0.0.1\thost/a\t\t1\t2\t3\t4\t200",
    b'{"time":"1700000000","visitor":"v","price":5}',
    b"1700000000,v,5",
    *SERVERS,
]
dirt = st.one_of(
    st.sampled_from(GOOD),
    st.binary(max_size=40),
    st.text(max_size=40).map(str.encode),
    st.sampled_from([b"", b" ", b"\r", b'"', b"\\", b"\0", b"\xef\xbb\xbf", b"x" * 70_000, "中文".encode("gbk")]),
)
logs = st.lists(dirt, max_size=12).map(b"\n".join)
readers = st.sampled_from(sorted(READERS))


@given(logs, readers)
@settings(max_examples=150, deadline=None)
def test_no_line_is_lost(log, reader):
    taken = take(log, READERS[reader])
    lines = log.count(b"\n") + (not log.endswith(b"\n") and log != b"")
    assert taken.lines == lines or (log == b"\xef\xbb\xbf" and taken.lines == 0)
    assert taken.lines == len(taken.rows) + len(taken.quarantined) + taken.ignored


@given(logs, readers)
@settings(max_examples=60, deadline=None)
def test_events_and_quarantine_obey_their_schemas(log, reader):
    taken = take(log, READERS[reader])
    Event.validate(taken.rows)
    Quarantine.validate(taken.quarantined)


@given(logs, readers, st.integers(1, 50), st.integers(1, 500))
@settings(max_examples=60, deadline=None)
def test_chunks_and_blocks_do_not_matter(log, reader, chunk, block):
    whole, cut = take(log, READERS[reader]), take(log, READERS[reader], chunk=chunk, block=block)
    assert whole.rows.sort("line").equals(cut.rows.sort("line"))
    assert whole.quarantined.sort("line").equals(cut.quarantined.sort("line"))
    assert whole.ignored == cut.ignored


@given(logs, readers)
@settings(max_examples=40, deadline=None)
def test_a_second_reading_gives_the_same_events(log, reader):
    first, second = take(log, READERS[reader]), take(log, READERS[reader])
    assert first.rows.equals(second.rows)
    assert first.rows["event_id"].is_unique().all()


@given(
    st.from_regex(r"(\+?86)?1[3-9]\d{9}", fullmatch=True), st.sampled_from(["/bill/{}", "/x?tel={}", "/{}/{}", "/a{}b"])
)
@settings(max_examples=60, deadline=None)
def test_no_phone_number_is_kept(phone, path):
    bare = phone[-11:]
    line = hit(path.replace("{}", phone), referrer=f"http://h/{phone}/{phone}", user=phone)
    taken = take(f"{line}\nbroken {phone}\n".encode(), read_combined)
    kept = taken.rows.drop("event_id", "visitor_id", "customer_id").write_csv() + repr(
        taken.quarantined.drop("quarantine_id").rows()
    )
    assert bare not in kept


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=20), st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_lines_keep_their_numbers_and_their_text(lines, chunk):
    log = b"".join(line + b"\n" for line in lines)
    batches = list(split_lines(chop(log, chunk), block_bytes=32))
    read = pl.concat([batch.lines for batch in batches]).iter_rows() if batches else ()
    expected = {}
    for number, line in enumerate(lines, 1):
        body = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        expected[number] = body.removesuffix(b"\r").decode(errors="replace")
    assert all(expected[number] == text for number, text in read)
