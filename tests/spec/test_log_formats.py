"""A log in a form of its own is read by the very string that its server was told."""

from datetime import UTC, datetime

import pytest

from ingest import BadInput, choose_format, read_mapping, split_lines

AT = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)
CLOCK = "02/Mar/2026:08:00:01 +0800"


def choose(log_format, *lines, mapping=None):
    [batch] = split_lines(["".join(f"{line}\n" for line in lines or ("x",)).encode()])
    return choose_format(log_format, batch, mapping, "test.log"), batch


def read(log_format, *lines, mapping=None):
    chosen, batch = choose(log_format, *lines, mapping=mapping)
    rows = [row for part, reader in chosen.pair([batch]) for row in reader(part.lines).iter_rows(named=True)]
    return sorted(rows, key=lambda row: row["line"])


def fields(log_format, line, *names, **more):
    [row] = read(log_format, line, **more)
    return tuple(row[name] for name in ("reason", *names))


def refuse(log_format, **more):
    with pytest.raises(BadInput) as refused:
        choose(log_format, **more)
    return refused.value


MAIN = """log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';"""


def test_nginxs_own_directive_can_be_pasted_whole():
    line = f'1.2.3.4 - ann [{CLOCK}] "GET /a HTTP/1.1" 200 5 "http://r/" "Moz" "10.0.0.1"'
    assert fields(MAIN, line, "occurred_at", "address", "customer", "location", "status", "referrer", "visitor") == (
        None, AT, "1.2.3.4", "ann", "/a", 200, "http://r/", "1.2.3.4 Moz",
    )  # fmt: skip


def test_fields_between_signs_of_any_kind():
    line = "1772409601.250|8.8.8.8|GET|/a|x=1|200|Moz"
    names = "occurred_at", "address", "method", "location", "status", "user_agent"
    assert fields("$msec|$remote_addr|$request_method|$uri|$args|$status|$http_user_agent", line, *names) == (
        None, AT.replace(microsecond=250_000), "8.8.8.8", "GET", "/a?x=1", 200, "Moz",
    )  # fmt: skip
    tabs = "$time_iso8601\t$remote_addr\t$request_uri"
    assert fields(tabs, "2026-03-02T08:00:01+08:00\t8.8.8.8\t/a?x", "location") == (None, "/a?x")


def test_a_field_more_or_less_than_the_format_has_is_another_shape():
    rows = read("$msec|$remote_addr|$uri|$status", "1|a|/b|200", "1|a|/b|200|1", "1|a|/b", "")
    assert [row["reason"] for row in rows] == [None, "not_log_format", "not_log_format"]


def test_what_stands_between_quotes_must_be_what_the_format_has_there():
    written = '$remote_addr [$time_local] "$request"-"$status"'
    rows = read(written, *(f'1.2.3.4 [{CLOCK}] "GET / HTTP/1.1"{sign}"200"' for sign in ("-", "+", "--", "")))
    assert [row["reason"] for row in rows] == [None, *["not_log_format"] * 3]


def test_a_visitor_and_a_customer_are_named_in_the_string_itself():
    line = f'1.2.3.4 [{CLOCK}] "GET / HTTP/1.1" 200 "cookie-7" 13800000000'
    named = '$remote_addr [$time_local] "$request" $status "$visitor_id" $customer_id'
    assert fields(named, line, "visitor", "customer", "address") == (None, "cookie-7", "13800000000", "1.2.3.4")


def test_a_mapping_says_which_field_a_variable_is():
    written = '$remote_addr [$time_local] "$request" $status "$cookie_uid" $http_x_account $request_id'
    mapping = read_mapping(
        {
            "fields": {
                "occurred_at": "time_local",
                "visitor_id": "cookie_uid",
                "customer_id": "http_x_account",
                "event_id": "request_id",
            }
        },
        "test",
    )
    line = f'1.2.3.4 [{CLOCK}] "GET /a HTTP/1.1" 200 "cookie-7" ann e1'
    names = "occurred_at", "visitor", "customer", "event_id", "location"
    assert fields(written, line, *names, mapping=mapping) == (None, AT, "cookie-7", "ann", "e1", "/a")
    none = f'1.2.3.4 [{CLOCK}] "GET /a HTTP/1.1" 200 "-" - e2'
    assert fields(written, none, "visitor", "customer", mapping=mapping) == (None, "1.2.3.4", None)


def test_the_address_that_a_proxy_passed_on_is_taken_where_it_is_asked_for():
    written = '$remote_addr [$time_local] "$request" $status "$client_address"'
    assert fields(written, f'10.0.0.1 [{CLOCK}] "GET / HTTP/1.1" 200 "8.8.8.8, 10.0.0.1"', "address") == (
        None,
        "8.8.8.8",
    )
    assert fields(written, f'10.0.0.1 [{CLOCK}] "GET / HTTP/1.1" 200 "-"', "address") == (None, "10.0.0.1")
    passed = written.replace("client_address", "http_x_forwarded_for")
    assert fields(passed, f'10.0.0.1 [{CLOCK}] "GET / HTTP/1.1" 200 "8.8.8.8"', "address") == (None, "10.0.0.1")


def test_a_request_that_went_to_several_servers():
    written = "$remote_addr [$time_local] $upstream_addr $upstream_response_time $status $uri"
    one = f"1.2.3.4 [{CLOCK}] 10.0.0.1:80 0.001 200 /a"
    two = f"1.2.3.4 [{CLOCK}] 10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80 0.001, 0.002 : - 200 /a"
    assert [(row["reason"], row["status"], row["location"]) for row in read(written, one, two)] == [
        (None, 200, "/a")
    ] * 2


def test_quotes_escaped_inside_a_field():
    written = '$remote_addr [$time_local] "$request" $status "$http_user_agent" $request_time'
    line = rf'1.2.3.4 [{CLOCK}] "GET /\"a\" HTTP/1.1" 200 "\"Moz\\" 0.1'
    assert fields(written, line, "location", "user_agent", "status") == (None, '/"a"', '"Moz\\', 200)


def test_a_uri_in_parts():
    for written in ("$uri$is_args$args", "$scheme://$host$request_uri", "$host$request_uri", "${request_uri}"):
        line = "2026-03-02T08:00:01+08:00 1.2.3.4 https://h.cn/a?b 200"
        assert fields(f"$time_iso8601 $remote_addr {written} $status", line, "location", "status") == (
            None,
            "/a?b",
            200,
        )


def test_apaches_directives():
    written = r'LogFormat "%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\" %D %{JSESSIONID}C" mine'
    line = f'1.2.3.4 - ann [{CLOCK}] "GET /a HTTP/1.1" 200 - "-" "Moz" 1234 abc'
    assert fields(written, line, "occurred_at", "address", "customer", "location", "referrer", "user_agent") == (
        None, AT, "1.2.3.4", "ann", "/a", None, "Moz",
    )  # fmt: skip
    parts = fields(
        '%v:%p %a %t "%m %U%q %H" %>s', f'h:80 1.2.3.4 [{CLOCK}] "GET /a?x=1 HTTP/1.1" 200', "method", "location"
    )
    assert parts == (None, "GET", "/a?x=1")


def test_a_log_format_that_writes_json():
    written = """log_format j escape=json '{"when": "$time_iso8601", "who": "$remote_addr", "http.uri": "$request_uri", '
        '"m": "$request_method", "st": $status, "visit": "$visitor_id"}';"""
    line = '{"when": "2026-03-02T08:00:01+08:00", "who": "1.2.3.4", "http.uri": "/a?\\"b", "m": "GET", "st": 200, "visit": "c7"}'
    names = "occurred_at", "address", "location", "method", "status", "visitor"
    assert fields(written, line, *names) == (None, AT, "1.2.3.4", '/a?"b', "GET", 200, "c7")
    assert fields(written, line[:-1]) == ("bad_json",)


def test_variables_that_nginx_has_not_are_passed_over_and_said():
    chosen, _ = choose("$remote_addr [$time_local] $request_uri $my_zone $upstream_adr $statos")
    assert chosen.notice == "Passed over, as not known: $my_zone, $statos (did you mean $status?)."
    assert choose("$remote_addr [$time_local] $request_uri $request_time $host")[0].notice == ""


def test_all_faults_of_a_string_are_said_at_once():
    fault = refuse('$remote_adr [$time_locl] "$requst" $status$body_bytes_sent $')
    assert fault.where == "test.log"
    assert "no time" in fault.what
    assert "$time_locl for $time_local" in fault.what
    assert "no visitor" in fault.what
    assert "$remote_adr for $remote_addr" in fault.what
    assert "no request" in fault.what
    assert "nothing stands between $status and $body_bytes_sent" in fault.what
    assert "a $ has no variable's name after it" in fault.what
    assert "docs/formats.md" in fault.fix


def test_a_mapping_that_does_not_fit_the_string():
    mapping = read_mapping({"fields": {"occurred_at": "time_local", "visitor_id": "cookie_ud"}}, "test")
    fault = refuse("$remote_addr [$time_local] $request_uri $cookie_uid", mapping=mapping)
    assert "it has no $cookie_ud (did you mean $cookie_uid?)" in fault.what
    priced = read_mapping(
        {"fields": {"occurred_at": "time_local", "visitor_id": "cookie_uid", "price": "status"}}, "test"
    )
    assert "a variable cannot be price" in refuse("$time_local $cookie_uid $uri $status", mapping=priced).what


def test_a_variable_that_stands_twice_is_taken_where_it_stands_first():
    written = "$remote_addr $time_iso8601 $status $uri $status $remote_addr"
    line = "1.2.3.4 2026-03-02T08:00:01+08:00 200 /a 500 5.6.7.8"
    assert fields(written, line, "status", "address") == (None, 200, "1.2.3.4")
