import pytest

from ingest import BadInput, PageRule, SiteMap, read_site_map
from tests.intake import hit, take_web


def name(path, *rules, channel="web"):
    row = take_web(hit(path), site_map=SiteMap(pages=rules), channel=channel).rows.row(0, named=True)
    return row["page"], row["name"], row["item_id"], row["category"], row["order_id"], row["stage"]


def test_the_first_rule_that_matches_wins():
    assert name("/p/1", PageRule(page="a", match="/p/*"), PageRule(page="b", match="/p/1"))[0] == "a"


def test_a_star_takes_one_segment_and_two_stars_any():
    rules = (PageRule(page="one", match="/x/*"), PageRule(page="many", match="/x/**"))
    assert name("/x/1", *rules)[0] == "one"
    assert name("/x/1/2", *rules)[0] == "many"


def test_placeholders_and_query_parameters_become_fields():
    rule = PageRule(page="p", match="/{category}/{item_id}", query={"order_id": "oid"}, event="purchase")
    assert name("/plans/PL-1?a=b&oid=O7", rule) == ("p", "purchase", "PL-1", "plans", "O7", "purchase")


def test_the_signs_of_regular_expressions_mean_themselves_in_a_match():
    assert name("/a.b(c)", PageRule(page="odd", match="/a.b(c)"))[0] == "odd"
    assert name("/aXb(c)", PageRule(page="odd", match="/a.b(c)"))[0] == "/aXb(c)"


def test_a_rule_of_another_channel_does_not_match():
    assert name("/p", PageRule(page="web only", match="/p", channel="web"), channel="wap")[0] == "/p"


def test_the_stage_of_the_rule_wins_over_the_stage_of_the_event():
    assert name("/d", PageRule(page="form", match="/d", stage="delivery"))[5] == "delivery"


def test_letters_are_matched_after_they_are_decoded():
    assert name("/%E5%A5%97%E9%A4%90/1", PageRule(page="plan", match="/套餐/{item_id}"))[:3] == (
        "plan",
        "page_view",
        "1",
    )


def test_a_wrong_site_map_is_refused_with_every_fault():
    document = {
        "pages": [
            {"page": "a"},
            {"page": "b", "match": "/b", "event": "jump", "stage": "moon", "channel": "tv"},
            {"page": "c", "regex": "(["},
        ]
    }
    with pytest.raises(BadInput) as refusal:
        read_site_map(document, "site.toml")
    for fault in (
        "site.toml",
        "page 'a': give either",
        "'jump'",
        "'moon'",
        "'tv'",
        "page 'c': `regex` does not compile",
    ):
        assert fault in str(refusal.value)


def name_page(path, **site_map):
    return take_web(hit(path), site_map=SiteMap(**site_map)).rows["page"][0]


def test_a_query_is_dropped_unless_the_site_map_keeps_it():
    assert name_page("/search?q=x&tab=plans") == "/search"
    assert name_page("/search?q=x&tab=plans", keep=("tab",)) == "/search?tab=plans"
    assert name_page("/search?q=x", keep=("tab",)) == "/search"


def test_kept_parameters_stand_in_the_order_of_their_names_and_decoded():
    assert name_page("/s?tab=%E5%A5%97%E9%A4%90&a=1&b=2", keep=("tab", "a")) == "/s?a=1&tab=套餐"


def test_a_rule_may_keep_others_than_the_site():
    rules = (PageRule(page="list", match="/list", keep=("sort",)), PageRule(page="help", match="/help", keep=()))
    assert name_page("/list?tab=1&sort=price", pages=rules, keep=("tab",)) == "list?sort=price"
    assert name_page("/help?tab=1&sort=price", pages=rules, keep=("tab",)) == "help"
    assert name_page("/else?tab=1&sort=price", pages=rules, keep=("tab",)) == "/else?tab=1"


def test_a_kept_parameter_hides_phone_numbers():
    assert name_page("/s?tab=13800000000", keep=("tab",)) == "/s?tab=<phone>"


def test_a_parameter_that_lets_its_bearer_in_is_not_kept():
    with pytest.raises(BadInput, match="'token' lets its bearer in"):
        read_site_map({"keep": ["token"]}, "map")


def test_a_session_id_in_the_path_is_dropped():
    assert name_page("/bill;jsessionid=0A1B2C?x=1") == "/bill"


def test_a_parameter_whose_name_ends_alike_is_another_one():
    assert name_page("/s?mytab=1", keep=("tab",)) == "/s"
