"""What the address of a page tells."""

import polars as pl
import pytest

from ingest.trackers.addresses import read_addresses


def read(url, *, wap=("wap.*",), **said):
    schema = dict.fromkeys(("url", "screen", "channel", "usual_channel", "campaign", "last_campaign"), pl.String)
    record = pl.DataFrame([{name: said.get(name) for name in schema} | {"url": url}], schema=schema)
    return read_addresses(record, wap).row(0, named=True)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("https://wt.example/pay?x=1", "/pay?x=1"),
        ("https://wt.example", "/"),
        ("https://wt.example?x=1", "/?x=1"),
        ("https://wt.example/pay#top", "/pay"),
        ("https://wt.example/h5/#/plan/P1?x=1", "/h5/#/plan/P1?x=1"),
        ("https://wt.example/h5?a=1#!/plan", "/h5#!/plan"),
        ("//wt.example/pay", "/pay"),
        ("/pay", "/pay"),
        ("file:///sdcard/index.html", "/sdcard/index.html"),
        ("https://user@wt.example:8443/pay", "/pay"),
    ],
)
def test_location(url, location):
    assert read(url)["location"] == location


def test_a_record_without_an_address_lies_where_its_screen_is():
    assert read(None, screen="Pay")["location"] == "Pay"
    assert read(None)["location"] is None


@pytest.mark.parametrize(
    ("url", "wap", "channel"),
    [
        ("https://wap.example/", ("wap.*",), "wap"),
        ("https://WAP.example:8080/", ("wap.*",), "wap"),
        ("https://www.wap.example/", ("wap.*",), "web"),
        ("https://wt.example/h5/pay", ("wt.example/h5/*",), "wap"),
        ("https://wt.example/h6/pay", ("wt.example/h5/*", "m.*"), "web"),
        ("https://wtxexample/", ("wt.example",), "web"),
        ("https://wap.example/", (), "web"),
        ("/pay", ("wap.*",), None),
        (None, ("*",), None),
    ],
)
def test_channel(url, wap, channel):
    assert read(url, wap=wap)["channel"] == channel


def test_what_the_event_says_of_its_channel_goes_before_the_address_and_a_guess_behind():
    assert read("https://wap.example/", channel="app", usual_channel="web")["channel"] == "app"
    assert read("https://wap.example/", usual_channel="web")["channel"] == "wap"
    assert read("/pay", usual_channel="web")["channel"] == "web"


def test_campaign():
    address = "https://wt.example/?a=1&utm_campaign=5G%E7%95%85+11#x"
    assert read(address)["campaign"] == "5G畅 11"
    assert read(address, campaign="dx11")["campaign"] == "dx11"
    assert read("https://wt.example/", last_campaign="dx11")["campaign"] == "dx11"
