"""What is taken from every kind of access log: lines as servers write them, and the fields they become."""

from datetime import UTC, datetime

import pytest

from ingest import choose_format, split_lines

AT = datetime(2026, 3, 2, 0, 0, 1, tzinfo=UTC)
CLOCK = "[02/Mar/2026:08:00:01 +0800]"
AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
SEEN = ("occurred_at", "address", "customer", "method", "status", "location", "referrer", "user_agent", "reason")


def read(log_format, *lines, zone=None):
    """Read lines in a format, each as a dictionary."""
    [batch] = split_lines(["".join(f"{line}\n" for line in lines).encode()])
    chosen = choose_format(log_format, batch, None, "test.log", zone)
    pairs = chosen.pair([batch])
    return [row for part, reader in pairs for row in reader(part.lines).sort("line").iter_rows(named=True)]


def see(log_format, *lines, **more):
    """Read one line; return what it says."""
    [row] = read(log_format, *lines, **more)
    return {name: row.get(name) for name in SEEN}


def said(**differing):
    """Say what every example below says, but for what differs."""
    return {
        "occurred_at": AT, "address": "203.0.113.9", "customer": None, "method": "GET", "status": 200,
        "location": "/plan/P1?from=home", "referrer": "https://www.example.cn/list", "user_agent": AGENT,
        "reason": None, **differing,
    }  # fmt: skip


COMMON = f'203.0.113.9 - - {CLOCK} "GET /plan/P1?from=home HTTP/1.1" 200 5123'
COMBINED = f'{COMMON} "https://www.example.cn/list" "{AGENT}"'
DOCUMENT = (
    '{"%s":"%s","remote_addr":"203.0.113.9","remote_user":"-","request":"GET /plan/P1?from=home HTTP/1.1",'
    f'"status":"200","http_referer":"https://www.example.cn/list","http_user_agent":"{AGENT}"}}'
)
CADDY = (
    '{"level":"info","ts":1772409601.0,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":'
    '"10.0.0.1","remote_port":"41342","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"GET","host":"www.example.cn",'
    f'"uri":"/plan/P1?from=home","headers":{{"User-Agent":["{AGENT}"],"Referer":["https://www.example.cn/list"],'
    '"Accept":["*/*"]},"tls":{"resumed":false,"version":772}},"bytes_read":0,"user_id":"","duration":0.0009,'
    '"size":10900,"status":200,"resp_headers":{"Server":["Caddy"]}}'
)
TRAEFIK = (
    '{"ClientAddr":"203.0.113.9:4711","ClientHost":"203.0.113.9","ClientPort":"4711","ClientUsername":"-",'
    '"DownstreamStatus":200,"Duration":1500000,"RequestMethod":"GET","RequestPath":"/plan/P1?from=home",'
    '"RequestProtocol":"HTTP/2.0","RouterName":"shop@docker","StartUTC":"2026-03-02T00:00:01Z",'
    f'"request_Referer":"https://www.example.cn/list","request_User-Agent":"{AGENT}","level":"info","msg":"",'
    '"time":"2026-03-02T00:00:02Z"}'
)
IIS = (
    "#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", "#Date: 2026-03-02 00:00:00",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer)"
    " sc-status sc-substatus sc-win32-status time-taken",
    f"2026-03-02 00:00:01 10.0.0.5 GET /plan/P1 from=home 443 - 203.0.113.9 {AGENT.replace(' ', '+')}"
    " https://www.example.cn/list 200 0 0 15",
)  # fmt: skip
CLOUDFRONT = (
    "#Version: 1.0",
    "#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)"
    " cs(User-Agent) cs-uri-query cs(Cookie)",
    "2026-03-02\t00:00:01\tHKG62-C1\t392\t203.0.113.9\tGET\td111111abcdef8.cloudfront.net\t/plan/P1\t200"
    f"\thttps://www.example.cn/list\t{AGENT.replace(' ', '%2520').replace(';', '%253B')}\tfrom=home\t-",
)
BALANCER = (
    "app/shop/50dc6c495c0c9188 203.0.113.9:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57"
    f' "GET https://www.example.cn:443/plan/P1?from=home HTTP/1.1" "{AGENT}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
)


def test_a_common_log_tells_no_agent():
    assert see("common", COMMON) == said(referrer=None, user_agent=None)


def test_a_combined_log():
    assert see("combined", COMBINED) == said()


@pytest.mark.parametrize("more", ['"-"', '"10.1.1.1, 10.2.2.2" 0.003 0.002', "42 7", ""])
def test_what_follows_the_agent_is_passed_over(more):
    assert see("combined", f"{COMBINED} {more}") == said()


@pytest.mark.parametrize("host", ["www.example.cn:443", "www.example.cn"])
def test_a_combined_log_with_the_host_before_it(host):
    assert see("vhost_combined", f'{host} {COMBINED} "-"') == said()


def test_a_host_too_many_or_too_few_is_not_taken_for_the_visitor():
    assert see("combined", f"www.example.cn:443 {COMBINED}")["reason"] == "not_combined"
    assert see("vhost_combined", COMBINED)["reason"] == "not_vhost_combined"


def test_traefiks_common_log():
    assert see("traefik", f'{COMBINED} 12 "shop@docker" "http://10.0.0.2:80" 3ms') == said()
    assert see("traefik", COMBINED)["reason"] == "not_traefik"


@pytest.mark.parametrize(
    ("key", "time"),
    [
        ("time_iso8601", "2026-03-02T08:00:01+08:00"),
        ("time_local", "02/Mar/2026:08:00:01 +0800"),
        ("msec", "1772409601.000"),
        ("@timestamp", "2026-03-02T00:00:01Z"),
        ("time", "02/Mar/2026:08:00:01 +0800"),
        ("ts", "1772409601000"),
    ],
)
def test_nginx_json_with_any_of_its_clocks(key, time):
    assert see("nginx_json", DOCUMENT % (key, time)) == said()


def test_nginx_json_with_names_of_its_own_and_numbers_bare():
    line = (
        '{"time":"2026-03-02 08:00:01","client_ip":"203.0.113.9","method":"GET","uri":"/plan/P1","args":"from=home",'
        f'"status":200,"referer":"https://www.example.cn/list","user_agent":"{AGENT}","bytes":5}}'
    )
    assert see("nginx_json", line, zone="Asia/Shanghai") == said()


def test_caddys_log():
    assert see("caddy", CADDY) == said()


def test_caddy_logs_an_error_twice_and_it_is_read_once():
    assert see("caddy", CADDY.replace("http.log.access", "http.log.error"))["reason"] == "not_caddy"
    assert (
        see("caddy", '{"level":"info","ts":1772409601,"logger":"tls","msg":"certificate renewed"}')["reason"]
        == "not_caddy"
    )


def test_traefiks_json():
    assert see("traefik_json", TRAEFIK) == said()


def test_an_iis_log_in_utc_whatever_the_zone():
    assert see("w3c", *IIS) == said()
    assert see("w3c", *IIS, zone="Asia/Shanghai") == said()


def test_a_cloudfront_log_with_agents_encoded_once_or_twice():
    assert see("w3c", *CLOUDFRONT) == said()
    assert see("w3c", *(line.replace("%25", "%") for line in CLOUDFRONT)) == said()


def test_the_columns_of_a_w3c_log_change_where_it_says_so():
    fewer = "#Fields: date time c-ip cs-method cs-uri-stem sc-status"
    rows = read("w3c", *IIS, fewer, "2026-03-02 00:00:02 203.0.113.7 GET /cart 302", *IIS[3:])
    assert [(row["line"], row["location"], row["status"]) for row in rows] == [
        (5, "/plan/P1?from=home", 200), (7, "/cart", 302), (9, "/plan/P1?from=home", 200)
    ]  # fmt: skip
    assert rows[1]["user_agent"] is None


def test_a_w3c_line_that_does_not_fit_its_columns():
    assert [row["reason"] for row in read("w3c", *IIS, "2026-03-02 00:00:02 10.0.0.5 GET")] == [None, "field_count"]


def test_an_aws_application_load_balancers_log():
    assert see("alb", f"https 2026-03-02T00:00:01.000000Z {BALANCER}") == said(referrer=None)
    six = f"h2 2026-03-02T00:00:01.000000Z {BALANCER}".replace("203.0.113.9:2817", "[2001:db8::9]:2817")
    assert see("alb", six) == said(address="2001:db8::9", referrer=None)


def test_an_aws_classic_load_balancers_log():
    assert see("elb", f"2026-03-02T00:00:01.000000Z {BALANCER}") == said(referrer=None)


def test_an_address_may_be_ipv6_and_a_login_may_hold_a_blank():
    line = COMBINED.replace("203.0.113.9 - -", "2001:db8::9 - john smith")
    assert see("combined", line) == said(address="2001:db8::9", customer="john smith")


def test_visitors_are_address_and_agent_and_a_cookie_where_there_is_one():
    assert read("combined", COMBINED)[0]["visitor"] == f"203.0.113.9 {AGENT}"
    assert read("common", COMMON)[0]["visitor"] == "203.0.113.9"
    assert (
        read(
            '$remote_addr [$time_local] "$request" $status $uid_got', f'10.0.0.1 {CLOCK} "GET / HTTP/1.1" 200 uid=0A0B'
        )[0]["visitor"]
        == "0A0B"
    )


@pytest.mark.parametrize(
    ("request_line", "reason"),
    [
        ("GET / HTTP/2.0", None),
        ("GET /", None),
        ("GET http://www.example.cn/ HTTP/1.1", None),
        ("", "bad_request"),
        ("-", "bad_request"),
        (r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", "bad_request"),
        ("SSH-2.0-Go", "bad_request"),
        ("quit", "bad_request"),
    ],
)
def test_what_is_a_request_and_what_is_noise(request_line, reason):
    row = see("combined", f'203.0.113.9 - - {CLOCK} "{request_line}" 200 5 "-" "-"')
    assert row["reason"] == reason
    assert row["location"] == "/" or reason


@pytest.mark.parametrize(
    ("clock", "moment"),
    [
        ("02/Mar/2026:08:00:01 +0800", AT),
        ("01/Mar/2026:20:30:01 -0330", AT),
        ("02/Mar/2026:05:45:01 +0545", AT),
        ("29/Feb/2028:00:00:00 +0000", datetime(2028, 2, 29, tzinfo=UTC)),
        ("25/Oct/2026:02:30:00 +0200", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("25/Oct/2026:02:30:00 +0100", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_clocks_with_every_offset(clock, moment):
    assert see("combined", COMBINED.replace(CLOCK, f"[{clock}]")) == said(occurred_at=moment)


@pytest.mark.parametrize(
    "clock",
    [
        "29/Feb/2026:00:00:00 +0000",
        "02/Mar/2026:25:00:00 +0000",
        "02/Mar/2026:00:00:00",
        "02/Mrz/2026:00:00:00 +0000",
        "01/Jan/1969:00:00:00 +0000",
        "01/Jan/9999:00:00:00 +0000",
        "02/Mar/2026:00:00:00 +9900",
    ],
)
def test_what_is_no_time(clock):
    assert see("combined", COMBINED.replace(CLOCK, f"[{clock}]"))["reason"] == "bad_time"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a \"quoted\" agent", 'a "quoted" agent'),
        (r"a \x22quoted\x22 agent", 'a "quoted" agent'),
        (r"\xE4\xBD\xA0\xE5\xA5\xBD", "你好"),
        (r"back\\slash", "back\\slash"),
        (r"not \xFF text", r"not \xFF text"),
    ],
)
def test_escapes_of_apache_and_nginx_are_turned_back(written, meant):
    line = f'203.0.113.9 - - {CLOCK} "GET /{written.replace(" ", "_")} HTTP/1.1" 200 5 "{written}" "{written}"'
    row = read("combined", line)[0]
    assert (row["user_agent"], row["referrer"], row["location"]) == (meant, meant, "/" + meant.replace(" ", "_"))
    assert row["visitor"] == f"203.0.113.9 {meant}"


def test_a_quote_that_nobody_escaped_spoils_its_own_line_only():
    stray = COMBINED.replace("/list", '/li"st')
    assert [row["reason"] for row in read("combined", COMBINED, stray, COMBINED)] == [None, "not_combined", None]


def test_a_line_of_64_kib_is_read():
    long = "x" * ((64 << 10) - len(COMBINED))
    assert see("combined", COMBINED.replace("home", f"home{long}")) == said(location=f"/plan/P1?from=home{long}")
