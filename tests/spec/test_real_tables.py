"""Real tables of shops and a gateway, found outside the project: each comes in whole through a mapping in examples/."""

import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest

from ingest import SiteMap, find_drift, open_gateway, read_gateway, read_mapping, split_lines
from lake import Lake
from tests.intake import SHOP, chop, take
from tests.shell import run

EXAMPLES = Path(__file__).parents[2] / "examples"
GATEWAY = "telecom_http_gateway/gateway_20130313.dat"


def bring(file, log_format, name, tmp_path):
    lake = tmp_path / "lake"
    told = run(
        "ingest", file, "--format", log_format, "--map", EXAMPLES / f"{name}.toml", "--lake", lake, "--json", "--finished"
    )  # fmt: skip
    ledger = told.document
    known = ledger["events"] + ledger["quarantined"] + ledger["duplicates"] + ledger["ignored"]
    assert ledger["lines"] + ledger["further"] == known
    assert ledger["notices"] == []
    return ledger, Lake(lake).scan("events").collect()


def count(events, column):
    return dict(events[column].value_counts().iter_rows())


def test_taobaos_clicks(data_dir, tmp_path):
    ledger, events = bring(data_dir / "taobao_userbehavior_100k/small_sample.csv.gz", "csv", "taobao", tmp_path)
    assert (ledger["lines"], ledger["quarantined"]) == (100_001, 0)
    assert count(events, "name") == {
        "view_item": 89_710, "add_to_cart": 5_446, "add_to_wishlist": 2_744, "purchase": 2_101,
    }  # fmt: skip
    assert events["visitor_id"].n_unique() == 983


def test_a_shop_for_clothes_tells_the_order_of_clicks_and_no_time(data_dir, tmp_path):
    packed = next((data_dir / "eshop_clothing_2008").glob("*.zip"))
    with zipfile.ZipFile(packed) as archive:
        (tmp_path / "clicks.csv").write_bytes(archive.read("e-shop clothing 2008.csv"))
    ledger, events = bring(tmp_path / "clicks.csv", "csv", "eshop", tmp_path)
    assert (ledger["lines"], ledger["events"], ledger["ignored"]) == (165_475, 165_474, 1)
    assert (events["visitor_id"].n_unique(), events["item_id"].n_unique()) == (24_026, 217)
    by_time = events.sort("visitor_id", "occurred_at", "event_id")["line"]
    by_line = events.sort("visitor_id", "line")["line"]
    assert by_time.equals(by_line)
    assert set(events["slot"].unique()) == set("123456")
    assert events["extra"][0] == '{"colour":"1","model photography":"1","price 2":"2","page":"1"}'


def test_a_made_up_shop_with_planted_incidents(data_dir, tmp_path):
    ledger, events = bring(data_dir / "retentioneering_ecom/ecom.csv.gz", "csv", "retentioneering", tmp_path)
    assert (ledger["lines"], ledger["events"], ledger["ignored"]) == (31_107, 31_106, 1)
    assert events["visitor_id"].n_unique() == 600


@pytest.fixture(scope="module")
def retail(data_dir, tmp_path_factory):
    file = data_dir / "online_retail_ii_2009_2010/online_retail_ii_2009_2010.parquet"
    return bring(file, "parquet", "online_retail", tmp_path_factory.mktemp("retail"))


def test_a_shop_for_gifts_sells_and_takes_back(retail):
    ledger, events = retail
    assert (ledger["lines"], ledger["reasons"]) == (525_461, {"bad_value": 2_124})
    assert ledger["returns"] == 10_206
    assert count(events, "name") == {"purchase": 513_131, "refund": 10_206}
    back = events.filter(name="refund")
    assert back["order_id"].str.starts_with("C").all()
    assert back["quantity"].min() == 1


def test_guests_without_a_number_are_kept_as_one_visit_an_invoice(retail):
    _, events = retail
    guests = events.filter(pl.col("customer_id").is_null())
    assert 0 < guests["visitor_id"].n_unique() == guests["order_id"].n_unique()


def test_dates_that_are_text_are_local_time(retail):
    _, events = retail
    first = events.filter(order_id="489434")["occurred_at"].unique().to_list()
    assert [moment.isoformat() for moment in first] == ["2009-12-01T07:45:00+00:00"]
    summer = events.filter(pl.col("occurred_at").dt.month() == 7)["occurred_at"].dt.hour()
    assert summer.min() >= 6  # the shop opens at seven in London, which is six in UTC


@pytest.mark.parametrize("site_map", [SiteMap(), SHOP])
def test_a_gateway_by_mapping_gives_the_events_of_the_format_built_in(data_dir, site_map):
    content = (data_dir / GATEWAY).read_bytes()
    mapping = read_mapping(tomllib.loads((EXAMPLES / "gateway.toml").read_text()), "gateway.toml")
    (head,) = split_lines(chop(content))
    ((_, by_mapping),) = open_gateway(head, mapping, GATEWAY)([head])
    mapped, built_in = (take(content, read, channel="wap", site_map=site_map) for read in (by_mapping, read_gateway))
    assert mapped.rows.equals(built_in.rows)
    assert (len(mapped.rows), find_drift(by_mapping(head.lines))) == (22, ())
