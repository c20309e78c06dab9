"""What becomes of a log line."""

from datetime import UTC, datetime

import pytest

from ingest import Event
from tests.intake import hit, map_columns, take_app, take_table, take_web

APP = map_columns(
    fields={
        "event_id": "id",
        "occurred_at": "ts",
        "visitor_id": "device",
        "customer_id": "login",
        "name": "event",
        "location": "screen",
        "item_id": "props.sku",
        "price": "props.price",
    },
    time={"unit": "iso", "zone": "Asia/Shanghai"},
    names={"Tap": "select_item", "AddCart": "add_to_cart"},
)


def test_a_click_on_a_product_page_is_a_view_of_the_product():
    event = take_web(hit("/product/PL-01?from=banner")).rows.row(0, named=True)
    assert (event["name"], event["page"], event["item_id"], event["stage"]) == ("view_item", "product", "PL-01", "page")


def test_local_time_becomes_utc():
    event = take_web(hit(at="02/Mar/2026:08:00:00 +0800")).rows.row(0, named=True)
    assert event["occurred_at"] == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(("clock", "hour"), [("08:00:00 -0330", 11), ("08:00:00 +0545", 2), ("08:00:00 -0030", 8)])
def test_half_hour_zones_count_too(clock, hour):
    assert take_web(hit(at=f"02/Mar/2026:{clock}")).rows["occurred_at"][0].hour == hour


def test_a_form_that_answers_with_a_redirect_still_counts():
    taken = take_web(hit("/cart/add?sku=HS-07&n=1", method="POST", status=302))
    assert taken.rows.select("name", "item_id").row(0) == ("add_to_cart", "HS-07")


@pytest.mark.parametrize(
    "line",
    [
        hit("/static/app.css"),
        hit("/img/banner.PNG"),
        hit("/health"),
        hit("/product/PL-01", status=404),
        hit("/product/PL-01", status=500),
        hit("/old", status=301),
        hit("/", method="HEAD"),
        "",
        "   ",
    ],
)
def test_what_shows_no_page_is_ignored_and_counted(line):
    taken = take_web(hit(), line)
    assert (len(taken.rows), len(taken.quarantined), taken.ignored, taken.lines) == (1, 0, 1, 2)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not a log line", "not_combined"),
        (hit()[:-3], "not_combined"),
        (hit(at="32/Mar/2026:08:00:00 +0800"), "bad_time"),
        (hit().replace("GET / HTTP/1.1", r"\x16\x03\x01"), "bad_request"),
        (hit().replace("GET / HTTP/1.1", "-"), "bad_request"),
        ("x" * 70_000, "line_too_long"),
        (hit("/a\0b"), "nul_byte"),
    ],
)
def test_what_cannot_be_understood_is_quarantined_with_its_reason(line, reason):
    taken = take_web(hit(), line, hit())
    assert (len(taken.rows), taken.quarantined["reason"].to_list(), taken.quarantined["line"].to_list()) == (
        2,
        [reason],
        [2],
    )


def test_quotes_escaped_inside_a_field_do_not_break_the_line():
    taken = take_web(hit(agent=r"Mozilla \"quoted\" 5.0"), hit(referrer=r"http://a/\"b\""))
    assert len(taken.rows) == 2


def test_fields_after_the_agent_are_passed_over():
    assert len(take_web(hit() + ' "-" 0.012').rows) == 1


def test_a_slash_at_the_end_makes_no_other_page():
    assert take_web(hit("/about"), hit("/about/")).rows["page"].to_list() == ["/about", "/about"]


def test_a_page_that_no_rule_knows_is_its_own_page_in_readable_letters():
    assert take_web(hit("/%E7%BC%B4%E8%B4%B9?x=1")).rows["page"].to_list() == ["/缴费"]


def test_robots_are_flagged_and_kept():
    taken = take_web(hit(agent="Mozilla/5.0 (compatible; Googlebot/2.1)"), hit(agent="-"), hit())
    assert taken.rows["robot"].to_list() == ["known_agent", "no_agent", None]


@pytest.mark.parametrize(
    "agent", ["CUBOT NOTE 20 Build", "MicroMessenger/8.0", "AlipayClient/10.5", "360SE", "HarmonyOS ArkWeb"]
)
def test_phones_and_apps_with_odd_names_are_people(agent):
    assert take_web(hit(agent=f"Mozilla/5.0 (Linux; Android 12; {agent}) AppleWebKit/537.36")).rows["robot"][0] is None


def test_the_phone_number_of_one_customer_has_one_pseudonym_however_it_is_written():
    users = ("13800000001", "+8613800000001", "008613800000001", "138-0000-0001")
    events = take_web(*(hit(user=user, ip=f"10.0.0.{place}") for place, user in enumerate(users))).rows
    assert events["customer_id"].n_unique() == 1
    assert events["visitor_id"].n_unique() == 4


def test_no_phone_number_stays_in_any_text():
    phone = "13912345678"
    taken = take_web(
        hit(f"/bill/{phone}", referrer=f"http://10.0.0.1/top-up/{phone}?tel={phone}", user=phone),
        hit(f"/product/x?sku={phone}"),
        f"broken line of {phone},{phone}",
    )
    assert phone not in taken.rows.write_csv()
    assert phone not in repr(taken.quarantined.rows())
    assert taken.rows["page"][0] == "/bill/<phone>"


def test_an_app_event_takes_its_screen_through_the_site_map_and_its_name_from_the_mapping():
    taken = take_app(
        '{"id":"e1","ts":"2026-03-02T08:00:00.250+08:00","device":"d1","login":null,"event":"AddCart","screen":"/product/PL-01","props":{"price":59}}',
        mapping=APP,
    )
    event = taken.rows.row(0, named=True)
    assert (event["event_id"], event["name"], event["page"], event["item_id"], event["price"]) == (
        "e1", "add_to_cart", "product", "PL-01", 59.0,
    )  # fmt: skip
    assert event["occurred_at"] == datetime(2026, 3, 2, 0, 0, 0, 250_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id":"e2","ts":"2026-03-02T08:00', "bad_json"),
        ('["a list"]', "bad_json"),
        ('{"id":{"deep":1},"ts":"2026-03-02T08:00:00Z","device":"d"}', "not_a_value"),
        ('{"id":"e2","ts":"yesterday","device":"d","event":"Tap"}', "bad_time"),
        ('{"id":"e2","ts":"2026-03-02T08:00:00Z","device":"d","event":"Tap","props":{"price":"cheap"}}', "bad_number"),
        ('{"id":"e2","ts":"2026-03-02T08:00:00Z","device":"d","event":"Jump"}', "unknown_name"),
        ('{"id":"e2","ts":"2026-03-02T08:00:00Z","event":"Tap"}', "missing_field"),
        ('{"id":"e2","ts":"2026-03-02T08:00:00Z","device":"d","event":"Tap","props":{"price":-1}}', "bad_value"),
        ('{"id":"e2"},{"id":"e3"}', "bad_json"),
    ],
)
def test_a_bad_app_event_is_quarantined_alone(line, reason):
    good = '{"id":"e1","ts":"2026-03-02T08:00:00Z","device":"d1","event":"Tap"}'
    taken = take_app(good, line, mapping=APP)
    assert (taken.rows["event_id"].to_list(), taken.quarantined["reason"].to_list()) == (["e1"], [reason])


@pytest.mark.parametrize(("chance", "kept"), [("0.25", [0.25]), ("1", [1.0]), ("0", []), ("1.5", []), ("null", [None])])
def test_a_propensity_is_a_share_above_0_or_the_line_is_refused(chance, kept):
    mapping = map_columns(fields={"occurred_at": "ts", "visitor_id": "device", "propensity": "chance"})
    taken = take_app(f'{{"ts":"2026-03-02T08:00:00Z","device":"d","chance":{chance}}}', mapping=mapping)
    assert taken.rows["propensity"].to_list() == kept
    assert taken.quarantined["reason"].to_list() == ["bad_value"] * (not kept)


def test_a_tracker_id_that_shows_a_phone_number_is_hidden_and_stays_one_of_a_kind():
    lines = (f'{{"id":"13800000001-{n}","ts":"2026-03-02T08:00:00Z","device":"d","event":"Tap"}}' for n in (1, 2))
    ids = take_app(*lines, mapping=APP).rows["event_id"]
    assert ids.n_unique() == 2
    assert not ids.str.contains("13800000001").any()


def test_a_table_without_a_header_needs_only_a_mapping():
    taobao = map_columns(
        header=False,
        columns=["user", "item", "category", "behaviour", "time"],
        fields={"visitor_id": "user", "item_id": "item", "name": "behaviour", "occurred_at": "time"},
        time={"unit": "s"},
        names={"pv": "view_item", "buy": "purchase"},
    )
    taken = take_table(
        "1,2268318,2520377,pv,1511544070", "1,2333346,2520771,buy,1511561733", "1,2,3,pv", mapping=taobao
    )
    assert taken.rows["name"].to_list() == ["view_item", "purchase"]
    assert taken.quarantined["reason"].to_list() == ["field_count"]
    assert taken.rows["occurred_at"][0] == datetime(2017, 11, 24, 17, 21, 10, tzinfo=UTC)


def test_a_stray_quote_in_a_table_spoils_its_own_line_only():
    mapping = map_columns(
        header=False, columns=["user", "time"], fields={"visitor_id": "user", "occurred_at": "time"}, time={"unit": "s"}
    )
    taken = take_table("a,1", '"b,2', "c,3", '"d ""x"", y",4', mapping=mapping)
    assert (len(taken.rows), taken.quarantined.select("line", "reason").rows()) == (3, [(2, "bad_quotes")])


def test_events_obey_their_schema():
    taken = take_web(hit("/product/PL-01"), hit("/cart/add?sku=PL-01"), hit("/order/O1/done"), hit(agent="-"))
    assert Event.validate(taken.rows).shape == (4, len(Event.column_names()))
