"""The interfaces that others script against."""

import json

import pytest

from echannel.commands import answers
from echannel.exports import export_report
from echannel.reports import REPORTS
from lake import Lake
from serving import RUNGS, decode_report, ladder, load_snapshot, read_current
from tests.intake import hit
from tests.shell import run

LEDGER = {
    "lines", "events", "quarantined", "duplicates", "ignored", "further", "reasons", "robots", "future", "returns", "formats", "notices",
    "seconds",
}  # fmt: skip
STEP = {"step", "name", "reached", "lost", "open", "median_seconds"}
STEP |= {"share_of_first", "first_low", "first_high", "share_of_previous", "previous_low", "previous_high"}


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "access.log"
    file.write_text("\n".join([*(hit(f"/{page}", ip=f"10.0.0.{page}") for page in range(5)), "dirt", ""]))
    return file


def test_ingest_prints_one_document_whose_lines_add_up(log, tmp_path):
    lake = tmp_path / "lake"
    ledger = run("ingest", log, "--format", "combined", "--channel", "web", "--lake", lake, "--json").document
    assert set(ledger) == LEDGER
    assert (ledger["lines"], ledger["events"], ledger["quarantined"], ledger["reasons"]) == (
        6,
        5,
        1,
        {"not_combined": 1},
    )
    assert ledger["lines"] == ledger["events"] + ledger["quarantined"] + ledger["duplicates"] + ledger["ignored"]


def test_reading_a_file_twice_changes_nothing(log, tmp_path):
    ingest = ("ingest", log, "--format", "combined", "--channel", "web", "--lake", tmp_path / "lake", "--json")
    run(*ingest)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "lake").rglob("*")}
    ledger = run(*ingest).document
    assert (ledger["events"], ledger["duplicates"], ledger["quarantined"]) == (0, 6, 0)
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "lake").rglob("*")} == before


def test_a_renamed_and_packed_copy_is_the_same_log(log, tmp_path):
    import gzip

    lake = tmp_path / "lake"
    packed = tmp_path / "access.log.1.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    run("ingest", log, "--format", "combined", "--channel", "web", "--lake", lake)
    ledger = run("ingest", packed, "--format", "combined", "--channel", "web", "--lake", lake, "--json").document
    assert (ledger["events"], ledger["duplicates"]) == (0, 6)


def test_the_wrong_kind_of_file_is_refused_before_anything_is_written(tmp_path):
    wrong = tmp_path / "error.log"
    wrong.write_text("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok\n" * 30)
    refused = run("ingest", wrong, "--format", "combined", "--channel", "web", "--lake", tmp_path / "lake", code=3)
    assert "looks like an Apache error log" in refused.err
    assert not (tmp_path / "lake").exists()
    assert refused.out == ""


def test_one_wrong_file_among_several_refuses_them_all(log, tmp_path):
    wrong = tmp_path / "z.log"
    wrong.write_text("a;b;c\n" * 30)
    run("ingest", log, wrong, "--format", "combined", "--channel", "web", "--lake", tmp_path / "lake", code=3)
    assert not (tmp_path / "lake").exists()


def test_a_cut_file_leaves_the_lake_as_it_was(log, tmp_path):
    import gzip

    lake, cut = tmp_path / "lake", tmp_path / "cut.log.gz"
    run("ingest", log, "--format", "combined", "--channel", "web", "--lake", lake)
    lines = "\n".join(hit(f"/{page}", ip="10.1.0.1") for page in range(300_000))
    cut.write_bytes(gzip.compress(lines.encode(), 1)[:-2000])
    assert len(lines) > 2 * (16 << 20), "the fault must come after whole blocks were handed to the writer"
    refused = run("ingest", cut, "--format", "combined", "--channel", "web", "--lake", lake, code=3)
    assert "cut short" in refused.err
    assert run("report", "overview", "--lake", lake, "--json").document["rows"][0]["events"] == 5


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("ingest", "nowhere.log", "--format", "combined"), 3, "no such file"),
        (("ingest", ".", "--format", "odd"), 2, "odd"),
        (("report", "funnel", "none"), 2, "no funnel 'none'"),
        (("report", "overview"), 4, "ingest"),
        (("train",), 4, "ingest"),
        (("recommend", "also-viewed", "X"), 4, "train"),
        (("report", "overview", "--settings", "no.toml"), 2, "no.toml"),
    ],
)
def test_each_kind_of_fault_has_its_exit_code_and_its_advice(tmp_path, arguments, code, said):
    failed = run(*arguments, cwd=tmp_path, code=code)
    assert said in " ".join(failed.err.split())
    assert "Traceback" not in failed.err


def test_a_funnel_adds_up(lake, operator):
    funnel = run("report", "funnel", "order", "--lake", lake, "--json", settings=operator / "echannel.toml").document
    assert set(funnel) == {"funnel", "entrants", "converted", "lost", "open", "steps"}
    assert all(set(step) == STEP for step in funnel["steps"])
    assert funnel["entrants"] == funnel["converted"] + funnel["lost"] + funnel["open"] == funnel["steps"][0]["reached"]
    for step, after in zip(funnel["steps"], funnel["steps"][1:], strict=False):
        assert step["reached"] == step["lost"] + step["open"] + after["reached"]


SUBJECTS = tuple(REPORTS)


FORMS = ("table", "json", "csv", "html", "xlsx")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_report_is_shown(lake, operator, subject):
    assert len(run("report", subject, "--lake", lake, settings=operator / "echannel.toml").out) > 40


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_written_in_the_form_that_is_asked_for(lake, operator, tmp_path, form):
    out = tmp_path / f"report.{form}"
    ask = ("report", "overview", "--format", form, "--out", out, "--lake", lake)
    told = run(*ask, settings=operator / "echannel.toml")
    assert (told.out, out.stat().st_size > 40) == ("", True)


@pytest.mark.parametrize("form", FORMS)
def test_every_report_that_is_published_can_be_written_in_every_form(lake, tmp_path, form):
    published = load_snapshot(lake / "serving" / read_current(lake / "serving")).reports
    assert set(SUBJECTS) <= set(published)
    for name, document in published.items():
        out = tmp_path / f"{name}.{form}"
        export_report(decode_report(document), form, out)
        assert out.stat().st_size > 40, name


def test_a_report_speaks_the_language_asked_for_or_that_of_the_settings(lake, operator, tmp_path):
    settings = tmp_path / "echannel.toml"
    site_map = (operator / "sitemap.toml").as_posix()
    settings.write_text(f'[ingest]\nsite_map = "{site_map}"\n[serve]\nlanguage = "zh"\n')
    ask = ("report", "overview", "--lake", lake)
    told = run(*ask, settings=settings).out
    assert told == run(*ask, "--lang", "zh", settings=operator / "echannel.toml").out
    assert all(word in told for word in ("渠道概览", "网厅", "访客数", "不计入任何报表"))
    assert run(*ask, "--lang", "en", settings=settings).out == run(*ask, settings=operator / "echannel.toml").out


def test_a_note_in_brackets_is_shown(lake, operator):
    assert "[robots]" in run("report", "robots", "--lake", lake, settings=operator / "echannel.toml").out


def test_train_says_what_it_published(lake, operator):
    trained = run("train", "--lake", lake, "--json", settings=operator / "echannel.toml").document
    assert {"model_version", "published", "models", "seconds"} <= set(trained)
    assert trained["published"] is True
    assert trained["model_version"] == (lake / "serving" / "CURRENT").read_text().strip()
    assert trained["models"]["for_you"]["hit_rate"] > trained["models"]["for_you/popular"]["hit_rate"]


@pytest.mark.parametrize(
    ("question", "key"),
    [
        (("also-viewed", "HS-07"), "item_id"),
        (("also-bought", "HS-07", "PL-01"), "item_id"),
        (("bought-after-viewing", "HS-07"), "item_id"),
        (("trending", "--category", "plan"), "item_id"),
        (("next-click", "home", "product", "--channel", "web"), "page"),
        (("next-item", "PL-01"), "item_id"),
        (("for-you", "13800000000"), "item_id"),
    ],
)
def test_every_question_has_an_answer(lake, question, key):
    answer = run("recommend", *question, "--n", "5", "--lake", lake, "--json").document
    assert set(answer) == {"items", "fallback", "model_version"}
    assert [item["rank"] for item in answer["items"]] == [1, 2, 3, 4, 5]
    known = {key, "rank", "score", "reason", "rung", "rule"} | ({"name"} if key == "item_id" else set())
    assert all(set(item) == known for item in answer["items"])


def test_an_answer_names_its_products_in_the_language_asked_for(lake, tmp_path):
    ask = ("recommend", "also-viewed", "HS-07", "--n", "5", "--lake", lake)
    names = {row["item_id"]: row["name"] for row in Lake(lake).scan("products").collect().to_dicts()}
    answer = run(*ask, "--json").document
    assert [item["name"] for item in answer["items"]] == [names[item["item_id"]] for item in answer["items"]]
    assert "viewed" in answer["items"][0]["reason"]
    settings = tmp_path / "echannel.toml"
    settings.write_text('[serve]\nlanguage = "zh"\n')
    told = [run(*ask, "--lang", "zh").out, run(*ask, cwd=tmp_path).out, run(*ask, ECHANNEL_SETTINGS=str(settings)).out]
    assert told[0] == told[1] == told[2]
    assert all(word in told[0] for word in ("结果", "名称", "理由", "规则", "浏览", "所问商品"))


def test_every_rung_and_every_fallback_has_a_name_in_both_languages():
    assert tuple(answers.WORDS["rung"]) == RUNGS
    assert {*RUNGS, *ladder.FALLBACKS.values()} == {*answers.FALLBACKS}


def test_a_customer_is_found_by_the_phone_number_that_the_logs_had(lake, operator):
    customers = json.loads((operator / "truth.json").read_text())["people"]["customers"]
    answers = [
        run("recommend", "for-you", person["phone"], "--lake", lake, "--json").document for person in customers[:4]
    ]
    assert any(answer["fallback"] is None for answer in answers)


def test_settings_come_from_the_file_then_from_the_environment(tmp_path):
    file = tmp_path / "my.toml"
    file.write_text("[sessions]\npause_minutes = 20\n")
    assert run("settings", "--json", settings=file).document["sessions"]["pause_minutes"] == 20
    changed = run("settings", "--json", settings=file, ECHANNEL_SESSIONS__PAUSE_MINUTES="25")
    assert changed.document["sessions"]["pause_minutes"] == 25


@pytest.mark.parametrize(
    "content", ["[sesions]\na = 1", "[sessions]\npause = 1", "[sessions]\npause_minutes = 'x'", "[sessions"]
)
def test_a_wrong_setting_is_refused_with_its_place(tmp_path, content):
    file = tmp_path / "my.toml"
    file.write_text(content)
    refused = run("settings", settings=file, code=2)
    assert "my.toml" in refused.err


def test_the_quarantine_can_be_read(lake):
    rows = run("quarantine", "--lake", lake, "--json").document["rows"]
    assert {row["reason"] for row in rows} >= {"not_combined", "bad_json", "not_gateway"}
    assert all(row["meaning"] for row in rows)
