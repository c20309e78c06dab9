"""A log is looked at before it is read: what it is, how sure that is, and a refusal where it is not."""

import gzip

import pytest

from ingest import BadInput, choose_format, guess_format, read_mapping, split_lines
from tests.spec.test_access_logs import BALANCER, CADDY, CLOUDFRONT, COMBINED, COMMON, DOCUMENT, IIS, TRAEFIK


def look(*lines, asked="auto", mapping=None):
    [batch] = split_lines(["".join(f"{line}\n" for line in lines).encode()])
    return choose_format(asked, batch, mapping, "test.log")


def refuse(*lines, **more):
    with pytest.raises(BadInput) as refused:
        look(*lines, **more)
    return refused.value.what


FOUND = {
    "common": [COMMON],
    "combined": [f'{COMBINED} "-"'],
    "vhost_combined": [f"www.example.cn:443 {COMBINED}"],
    "traefik": [f'{COMBINED} 12 "shop@docker" "http://10.0.0.2:80" 3ms'],
    "nginx_json": [DOCUMENT % ("time_iso8601", "2026-03-02T08:00:01+08:00")],
    "caddy": [CADDY],
    "traefik_json": [TRAEFIK],
    "w3c": [*IIS],
    "alb": [f"https 2026-03-02T00:00:01.000000Z {BALANCER}"],
    "elb": [f"2026-03-02T00:00:01.000000Z {BALANCER}"],
    "gateway": ["1363157985066 \t13000000001\tAP\t10.0.0.1\thost/a\t\t1\t2\t3\t4\t200"],
    "ndjson": ['{"visitor_id":"v","occurred_at":"2026-03-02T08:00:01Z","name":"view_item"}'],
    "csv": ["visitor_id,occurred_at,page", "v,2026-03-02T08:00:01Z,home"],
}


@pytest.mark.parametrize("name", FOUND)
def test_each_format_is_known_by_its_lines(name):
    chosen = look(*FOUND[name])
    assert (chosen.name, chosen.sure) == (name, 1)
    assert "100%" in chosen.notice


def test_cloudfront_is_w3c_and_may_not_be_read_on_in_the_middle():
    chosen = look(*CLOUDFRONT)
    assert (chosen.name, chosen.resumable) == ("w3c", False)
    assert look(COMBINED).resumable


def test_a_port_scan_and_a_torn_line_do_not_make_it_unsure():
    scan = COMBINED.replace("GET /plan/P1?from=home HTTP/1.1", r"\x16\x03\x01")
    chosen = look(*[scan] * 6, *[COMBINED] * 3, COMBINED[:70])
    assert (chosen.name, chosen.sure) == ("combined", 0.9)


def test_a_mixture_is_refused_with_what_is_nearest():
    said = refuse(*[COMBINED] * 6, *[CADDY] * 4)
    assert "no format fits it surely" in said
    assert "the nearest is a combined access log, as which 60% of its first lines read" in said


def test_blank_lines_are_nothing_to_be_unsure_of_and_bytes_that_are_no_text_are():
    assert look("", " ").sure == 1
    [batch] = split_lines([b"\xff\xfe\n\xff\n"])
    with pytest.raises(BadInput, match="no kind of log that is known"):
        choose_format("auto", batch, None, "test.log")


def test_an_access_log_of_its_own_kind_is_not_taken_for_a_common_one():
    own = f'{COMMON} 0.003 "Mozilla/5.0"'
    assert "pass its log_format string" in refuse(own, own)
    assert look(own, asked="common").sure == 1


@pytest.mark.parametrize(
    ("line", "looks"),
    [
        ("[Sun Dec 04 04:47:44 2005] [error] mod_jk child workerEnv in error state 6", "an Apache error log"),
        ("[Sun Dec 04 04:47:44.123456 2022] [core:error] [pid 1] (13)Permission denied", "an Apache error log"),
        ("2026/03/02 08:00:01 [error] 123#123: *1 open() failed (2: No such file)", "an nginx error log"),
        ("Mar  2 08:00:01 host sshd[123]: Accepted publickey for root", "a system log"),
        ("tls 2.0 2026-03-02T02:59:40 net/lb/c6e77e28c25b2234 g3d4 72.21.218.154:51341 172.100.100.185:443 5 2 98 246", "network load balancer"),
        ('{"id":"e1","ts":"2026-03-02T08:00:01+08:00","device":"d1","event":"ViewItem","props":{"sku":"P1"}}', "JSON lines of an app (--format ndjson with a mapping)"),
        ("u1,i1,2026-03-02", "a table between commas (--format csv with a mapping)"),
        ("u1;i1;c;2026-03-02", "a table between semicolons"),
        ("u1\ti1\t2026-03-02", "a table between tabs"),
        ("PAR1\x15\x04\x15", "a Parquet file"),
        ("a poem, in two parts", "no kind of log that is known"),
    ],
)  # fmt: skip
def test_what_is_no_access_log_is_refused_with_advice(line, looks):
    assert looks in refuse(line, line, line)
    [batch] = split_lines([f"{line}\n".encode()])
    assert looks in guess_format(batch, None, "test.log")


def test_a_mapping_speaks_for_tables_and_a_servers_log_may_lie_beside_them():
    mapping = read_mapping({"fields": {"occurred_at": "ts", "visitor_id": "device"}}, "test")
    assert look('{"ts":"2026-03-02T08:00:01Z","device":"d"}', mapping=mapping).name == "ndjson"
    assert look("ts,device", "2026-03-02T08:00:01Z,d", mapping=mapping).name == "csv"
    assert look(COMBINED, mapping=mapping).name == "combined"
    orders = read_mapping({"into": "orders", "fields": {"item_id": "i", "ordered_at": "t", "customer_id": "c"}}, "test")
    assert "no format fits" in refuse(COMBINED, mapping=orders)
    assert "a combined access log holds no orders" in refuse(COMBINED, mapping=orders, asked="combined")


def test_a_log_asked_for_by_name_says_how_much_of_it_reads():
    assert look(COMBINED, "x", asked="combined").sure == 0.5
    assert "there is no format 'combind'" in refuse(COMBINED, asked="combind")


def test_a_w3c_log_without_its_head_or_without_what_is_needed():
    assert "none of its first lines begins with #Fields:" in refuse(IIS[-1], asked="w3c")
    assert "lacks c-ip, sc-status" in refuse("#Fields: date time cs-uri-stem", "2026-03-02 00:00:01 /a", asked="w3c")


def test_nginx_json_that_tells_too_little_and_a_torn_line_alone():
    assert look('{"when":"2026-03-02","remote_addr":"1.2.3.4","status":200}', asked="nginx_json").sure == 0
    assert look('{"when":"2026-03-02","remote_addr":"1.2', asked="nginx_json").sure == 0


REAL = {
    "elastic_apache_logs.gz": "combined",
    "zanbil_shop_access_log_1000.gz": "combined",
    "databricks_apache.access.log.gz": "common",
}


@pytest.mark.parametrize("name", REAL)
def test_real_logs_are_known(data_dir, name):
    batch = next(split_lines([gzip.decompress((data_dir / "access_logs" / name).read_bytes())]))
    chosen = choose_format("auto", batch, None, name)
    assert chosen.name == REAL[name]
    assert chosen.sure > 0.99


def test_a_real_error_log_is_refused(data_dir):
    lines = gzip.decompress((data_dir / "access_logs/loghub_Apache_error_2k.log.gz").read_bytes())
    batch = next(split_lines([lines]))
    with pytest.raises(BadInput, match="an Apache error log"):
        choose_format("auto", batch, None, "error.log")
