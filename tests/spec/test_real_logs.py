"""Real logs of real sites, found outside the project: read whole, refused whole, or with every line accounted for."""

from pathlib import Path

import pytest

from tests.shell import run

EXAMPLES = Path(__file__).parents[2] / "examples"


def ingest(file, log_format, lake, *options, code=0, **more):
    return run("ingest", file, "--format", log_format, "--lake", lake, "--json", *options, code=code, **more)


def adds_up(ledger):
    return ledger["lines"] == ledger["events"] + ledger["quarantined"] + ledger["duplicates"] + ledger["ignored"]


def test_a_blogs_access_log_of_ten_thousand_lines(data_dir, tmp_path):
    ledger = ingest(
        data_dir / "access_logs/elastic_apache_logs.gz", "combined", tmp_path / "lake", "--channel", "web"
    ).document
    assert ledger["lines"] == 10_000
    assert adds_up(ledger)
    assert ledger["reasons"] == {"not_combined": 1}
    bad = run("quarantine", "--lake", tmp_path / "lake", "--json").document["rows"][0]
    assert bad["line"] == 8899
    assert "googlebot" in bad["example"].lower() or bad["example"]
    edges = run("report", "paths", "--lake", tmp_path / "lake", "--json").document["rows"]
    assert edges[0]["source"] == "(entry)"
    assert all(0 < edge["share_out"] <= 1 for edge in edges)
    clicks = run("report", "next-click", "--lake", tmp_path / "lake", "--json").document["rows"]
    assert all(row["low"] <= row["share"] <= row["high"] for row in clicks)


def test_a_common_log_and_a_shop_log_with_a_field_more(data_dir, tmp_path):
    common = ingest(
        data_dir / "access_logs/databricks_apache.access.log.gz", "common", tmp_path / "a", "--channel", "web"
    ).document
    assert (common["lines"], common["quarantined"], adds_up(common)) == (1406, 0, True)
    shop = ingest(
        data_dir / "access_logs/zanbil_shop_access_log_1000.gz", "combined", tmp_path / "b", "--channel", "web"
    ).document
    assert (shop["lines"], shop["quarantined"], adds_up(shop)) == (1000, 0, True)


@pytest.mark.parametrize(
    ("name", "found", "quarantined"),
    [
        ("elastic_apache_logs.gz", "a combined access log", 1),
        ("zanbil_shop_access_log_1000.gz", "a combined access log", 0),
        ("databricks_apache.access.log.gz", "a common access log", 0),
    ],
)
def test_every_access_log_is_found_out_by_looking(data_dir, tmp_path, name, found, quarantined):
    ledger = ingest(data_dir / "access_logs" / name, "auto", tmp_path / "lake", "--channel", "web").document
    assert (ledger["quarantined"], adds_up(ledger)) == (quarantined, True)
    assert found in ledger["notices"][0]


def test_an_error_log_is_refused_by_looking(data_dir, tmp_path):
    log = data_dir / "access_logs/loghub_Apache_error_2k.log.gz"
    refused = ingest(log, "auto", tmp_path / "lake", "--channel", "web", code=3)
    assert "it looks like an Apache error log" in " ".join(refused.err.split())


def test_an_error_log_is_refused_and_the_lake_untouched(data_dir, tmp_path):
    lake = tmp_path / "lake"
    ingest(data_dir / "access_logs/elastic_apache_logs.gz", "combined", lake, "--channel", "web")
    before = sorted((file, file.stat().st_mtime_ns) for file in lake.rglob("*"))
    refused = ingest(
        data_dir / "access_logs/loghub_Apache_error_2k.log.gz", "combined", lake, "--channel", "web", code=3
    )
    assert "Apache error log" in " ".join(refused.err.split())
    assert sorted((file, file.stat().st_mtime_ns) for file in lake.rglob("*")) == before


def test_an_operators_gateway_log_leaves_no_phone_number_in_any_file(data_dir, tmp_path):
    log = data_dir / "telecom_http_gateway/gateway_20130313.dat"
    ledger = ingest(log, "gateway", tmp_path / "lake", "--channel", "wap").document
    assert (ledger["lines"], ledger["events"]) == (22, 22)
    phones = {line.split("\t")[1].encode() for line in log.read_text("utf-8-sig").splitlines()}
    assert len(phones) == 21
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) > 3
    for file in written:
        content = file.read_bytes()
        assert not [phone for phone in phones if phone in content], file


@pytest.fixture(scope="module")
def taobao(data_dir, tmp_path_factory):
    lake = tmp_path_factory.mktemp("taobao") / "lake"
    mapping = ("--map", EXAMPLES / "taobao.toml")
    return lake, ingest(data_dir / "taobao_userbehavior_100k/small_sample.csv.gz", "csv", lake, *mapping).document


def test_a_hundred_thousand_clicks_of_a_shop_through_a_mapping_file(taobao):
    lake, ledger = taobao
    assert ledger["lines"] == 100_001
    assert adds_up(ledger)
    funnel = run(
        "report", "funnel", "buy", "--lake", lake, "--json", settings=EXAMPLES / "taobao-settings.toml"
    ).document
    assert [step["name"] for step in funnel["steps"]] == ["view", "cart", "buy"]
    assert funnel["entrants"] == funnel["converted"] + funnel["lost"] + funnel["open"] > 900


def test_lists_learnt_from_a_shop_beat_popularity(taobao):
    lake, _ = taobao
    models = run("evaluate", "--lake", lake, "--json", settings=EXAMPLES / "taobao-settings.toml").document["models"]
    for model in ("also_viewed", "also_bought", "for_you"):
        assert models[model]["hit_rate"] > models[f"{model}/popular"]["hit_rate"], model
