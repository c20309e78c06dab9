"""Reports on demand and definitions of funnels, asked of a real server over a real lake."""

import errno
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from api import SCOPES, add_key
from echannel.clerk.desk import _explain
from echannel.places import find_access_file
from echannel.reports import REPORTS
from echannel.reports.questions import PUBLISHED
from tests.echannel.doors import BUY, EVENTS, Server, append, serve, wait_for
from tests.shell import run

FIRST_DAY, LAST_DAY = "2026-03-02..2026-03-02", "2026-03-10..2026-03-10"
SETTINGS = """
[funnels.order]
steps = [{ event = "view_item" }, { event = "purchase" }]
"""


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    (folder / "echannel.toml").write_text(SETTINGS)
    append(folder / "lake", EVENTS)
    return folder / "lake"


@pytest.fixture(scope="module")
def server(lake: Path) -> Iterator[Server]:
    with serve(lake) as server:
        yield server


def query(server: Server, **wish: object) -> dict:
    answer = server.ask("POST", "/v1/reports/query", wish)
    assert answer.status == 200, answer.body
    return answer.document


def read_rows(report: dict) -> list[dict]:
    names = [column["name"] for column in report["columns"]]
    return [dict(zip(names, row, strict=True)) for row in report["rows"]]


def report_on(lake: Path, *words: object) -> dict:
    return run("report", *words, "--lake", lake, "--json", settings=lake.with_name("echannel.toml")).document


def test_a_report_on_demand_is_the_one_that_the_shell_prints(server: Server, lake: Path) -> None:
    asked = read_rows(query(server, report="funnel", funnel="order"))
    assert asked == report_on(lake, "funnel", "order")["steps"]
    assert [(row["reached"], row["lost"], row["open"]) for row in asked] == [(5, 3, 1), (1, 0, 0)]
    assert read_rows(query(server, report="overview")) == report_on(lake, "overview")["rows"]


def test_every_report_of_the_shell_that_lists_no_people_is_made_on_demand(server: Server) -> None:
    wishes: list[dict] = [{"report": name} for name in REPORTS]
    wishes += [{"report": name, "funnel": "order"} for name in PUBLISHED]
    wishes.append({"report": "funnel-trend", "funnel": BUY, "by": "week"})
    wishes.append({"report": "funnel-comparison", "funnel": "order", "groups": [FIRST_DAY, LAST_DAY]})
    wishes.append({"report": "path-search", "about": "event:view_item -> event:add_to_cart"})
    for wish in wishes:
        assert query(server, **wish)["columns"], wish


def test_a_funnel_may_be_sent_along_and_is_kept_nowhere(server: Server) -> None:
    report = query(server, report="funnel", funnel=BUY)
    assert report["name"] == "funnel-asked"
    assert [row["reached"] for row in read_rows(report)] == [5, 3, 1]
    assert [entry["id"] for entry in server.ask("GET", "/v1/funnels").document["funnels"]] == ["order"]


def test_all_faults_of_a_definition_are_told_at_once_and_how_to_mend_them(server: Server) -> None:
    wrong = {"steps": [{"event": "view_itme"}, {}, {"event": "purchase", "colour": "red"}], "window_hours": 0}
    for path, method, body, where in (
        ("/v1/funnels/mine", "PUT", wrong, "body"),
        ("/v1/reports/query", "POST", {"report": "funnel", "funnel": wrong}, "funnel"),
    ):
        answer = server.ask(method, path, body)
        assert answer.status == 422
        assert answer.headers["Content-Type"] == "application/problem+json"
        told = {fault["what"] for fault in answer.document["errors"] if fault["where"] == where}
        assert len(answer.document["errors"]) == 4
        assert any("did you mean view_item" in what for what in told)
        assert any("Step 2 is empty" in what for what in told)
        assert any("window_hours is 0" in what for what in told)
    assert server.ask("GET", "/v1/funnels/mine").status == 404


def test_all_faults_of_a_query_are_told_at_once(server: Server) -> None:
    answer = server.ask("POST", "/v1/reports/query", {"report": "funel", "funnel": "oder"})
    assert answer.status == 422
    assert [(fault["where"], "Did you mean" in fault["what"]) for fault in answer.document["errors"]] == [
        ("report", True),
        ("funnel", True),
    ]
    for wish in (
        {"report": "funnel"},
        {"report": "overview", "funnel": "order"},
        {"report": "overview", "funnel": BUY},
        {"report": "funnel-lost", "funnel": "order"},
        {"report": "overview", "about": "home"},
        {"report": "overview", "step": 1},
        {"report": "funnel", "funnel": "order", "by": "day"},
        {"report": "funnel-comparison", "funnel": "order"},
        {"report": "funnel-comparison", "funnel": "order", "groups": ["a", "b"]},
        {"report": "funnel-separation", "funnel": "order", "step": 2},
        {"report": "path-sessions", "about": "view -> cart"},
        {"report": "path-search", "about": "("},
        {"report": "page"},
    ):
        assert server.ask("POST", "/v1/reports/query", wish).status == 422, wish


def test_a_definition_goes_the_whole_way_and_survives_a_restart(lake: Path, server: Server) -> None:
    made = server.ask("PUT", "/v1/funnels/buy", BUY)
    assert (made.status, made.document) == (201, BUY)
    again = server.ask("PUT", "/v1/funnels/buy", BUY)
    assert (again.status, again.headers["ETag"]) == (200, made.headers["ETag"])
    assert report_on(lake, "funnel", "buy")["converted"] == 1
    with serve(lake) as other:
        listed = other.ask("GET", "/v1/funnels").document["funnels"]
        assert [(entry["id"], entry["source"], entry["steps"]) for entry in listed] == [
            ("buy", "api", 3),
            ("order", "settings", 2),
        ]
        assert other.ask("GET", "/v1/funnels/buy").headers["ETag"] == made.headers["ETag"]
        slow = BUY | {"window_hours": 48.0}
        assert other.ask("PUT", "/v1/funnels/buy", slow).status == 428
        assert other.ask("PUT", "/v1/funnels/buy", slow, If_Match='"other"').status == 412
        changed = other.ask("PUT", "/v1/funnels/buy", slow, If_Match=made.headers["ETag"])
        assert changed.status == 200
    assert server.ask("GET", "/v1/funnels/buy").document == slow
    assert server.ask("DELETE", "/v1/funnels/buy", If_Match=made.headers["ETag"]).status == 412
    assert server.ask("DELETE", "/v1/funnels/buy", If_Match=changed.headers["ETag"]).status == 204
    assert server.ask("DELETE", "/v1/funnels/buy").status == 404


def test_a_funnel_of_the_settings_is_read_and_not_changed(server: Server) -> None:
    assert server.ask("GET", "/v1/funnels/order").document == {"steps": [{"event": "view_item"}, {"event": "purchase"}]}
    for method, body in (("PUT", BUY), ("DELETE", None)):
        answer = server.ask(method, "/v1/funnels/order", body)
        assert answer.status == 409
        assert "settings file" in answer.document["detail"]


@pytest.mark.parametrize("funnel_id", ["Buy", "-x", "..%2Forder", "x" * 41, "%E8%B4%AD", "a.json"])
def test_an_id_that_no_file_may_have_is_refused(server: Server, lake: Path, funnel_id: str) -> None:
    answer = server.ask("PUT", f"/v1/funnels/{funnel_id}", BUY)
    assert answer.status == 422
    assert answer.document["errors"][0]["where"] == "path funnel_id"
    assert server.ask("DELETE", f"/v1/funnels/{funnel_id}").status == 404
    assert server.ask("GET", f"/v1/funnels/{funnel_id}").status == 404
    assert not [path for path in lake.parent.rglob("*.json") if path.parent.name != "_delta_log"]


def test_those_lost_at_a_step_are_listed_by_pseudonym_the_latest_first(server: Server) -> None:
    server.ask("PUT", "/v1/funnels/lost", BUY)
    lost = server.ask("GET", "/v1/funnels/lost/lost?step=2").document
    assert {key: lost[key] for key in ("funnel", "scope", "step", "name", "total", "offset")} == {
        "funnel": "lost",
        "scope": "visitor",
        "step": 2,
        "name": "cart",
        "total": 2,
        "offset": 0,
    }
    assert [entry["entrant"] for entry in lost["lost"]] == ["dan", "bob"]
    assert lost["lost"][0]["entered_at"].endswith("11:00:00.000000+00:00") or lost["lost"][0]["entered_at"].endswith(
        "Z"
    )
    assert [e["entrant"] for e in server.ask("GET", "/v1/funnels/lost/lost").document["lost"]] == ["cid"]
    part = server.ask("GET", "/v1/funnels/lost/lost?step=2&limit=1&offset=1").document
    assert (part["total"], [entry["entrant"] for entry in part["lost"]]) == (2, ["bob"])
    assert server.ask("GET", "/v1/funnels/lost/lost?step=2&offset=5").document["lost"] == []
    for step in (3, 40):
        assert server.ask("GET", f"/v1/funnels/lost/lost?step={step}").status == 400
    assert server.ask("GET", "/v1/funnels/nobody/lost").status == 404
    server.ask("DELETE", "/v1/funnels/lost")


def test_the_serving_process_reads_no_tables_and_its_clerk_does(server: Server) -> None:
    query(server, report="overview")
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    assert len(children) == 1, "one clerk, and no drainer here"
    loaded = [Path(f"/proc/{pid}/maps").read_text() for pid in (server.process.pid, *children)]
    assert ["polars" in maps for maps in loaded] == [False, True]


def test_a_clerk_leaves_when_its_server_is_killed(tmp_path: Path) -> None:
    with serve(tmp_path / "lake") as server:
        assert server.ask("GET", "/v1/funnels").status == 200
        (clerk,) = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        server.process.kill()
        wait_for(lambda: not Path(f"/proc/{clerk}").exists() or not Path(f"/proc/{clerk}/cmdline").read_bytes())


def test_a_report_is_made_anew_once_the_lake_has_changed(tmp_path: Path) -> None:
    append(tmp_path / "lake", EVENTS)
    with serve(tmp_path / "lake") as server:
        wish = {"report": "overview"}
        first, again = [server.ask("POST", "/v1/reports/query", wish) for _ in range(2)]
        assert first.headers["ETag"] == again.headers["ETag"]
        append(tmp_path / "lake", "visitor | time    | name      | event_id\n fay     | 9 09:00 | view_item | f1")
        later = server.ask("POST", "/v1/reports/query", wish)
        assert later.headers["ETag"] != first.headers["ETag"]
        assert read_rows(later.document)[0]["visitors"] == 6


def test_no_key_is_in_any_log_and_every_wrong_one_is_refused(tmp_path: Path) -> None:
    append(tmp_path / "lake", EVENTS)
    file = find_access_file(tmp_path / "lake")
    with serve(tmp_path / "lake") as server:
        keys = {scope: add_key(file, scope, [scope], "2026-03-30") for scope in SCOPES}
        wrong = "ech_" + "A" * 43
        guarded = (
            ("GET", "/v1/funnels", None),
            ("PUT", "/v1/funnels/buy", BUY),
            ("GET", "/v1/funnels/order/lost", None),
        )
        for method, path, body in guarded:
            answers = [server.ask(method, path, body, key=key) for key in ("", wrong, *keys.values())]
            assert sorted(answer.status for answer in answers) in ([200, 401, 401, 403, 403], [201, 401, 401, 403, 403])
            told = (
                b"".join(answer.body for answer in answers)
                + str([answer.headers.items() for answer in answers]).encode()
            )
            assert not [key for key in (wrong, *keys.values()) if key.encode() in told]
        server.ask("GET", f"/v1/{server.key}?key={server.key}")
        server.ask("GET", f"/v1/funnels/{server.key}")
        server.ask("PUT", "/v1/funnels/buy", {"steps": server.key}, Cookie=server.key)
        subprocess.run(
            ["curl", "-s", "-H", f"Authorization: Bearer {server.key}\x01", server.address],
            check=False,
            capture_output=True,
        )
        metrics = server.ask("GET", "/metrics").body
        log = server.stop()
    assert log.count(b'"event":"request"') >= 18
    assert not [key for key in (server.key, wrong, *keys.values()) if key.encode() in log + metrics]
    assert not re.search(rb"ech_\w", log)


def test_without_table_libraries_the_server_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    lack = "raise ModuleNotFoundError(\"No module named 'polars'\", name='polars')"
    (tmp_path / "bare/polars.py").write_text(lack)
    path = f"{tmp_path / 'bare'}:{Path(__file__).parents[3]}"
    with serve(tmp_path / "lake", PYTHONPATH=path) as server:
        for answer in (
            server.ask("GET", "/v1/funnels"),
            server.ask("POST", "/v1/reports/query", {"report": "overview"}),
        ):
            assert answer.status == 501
            assert "pip install 'echannel[full]'" in answer.document["detail"]
        assert server.ask("GET", "/healthz").status == 200


def test_a_clerk_without_memory_costs_a_report_and_no_server(tmp_path: Path) -> None:
    """A thread that gets no memory may say so, or leave the others waiting until the report is given up."""
    append(tmp_path / "lake", EVENTS)
    with serve(tmp_path / "lake", ECHANNEL_SERVE__CLERK__MEMORY_BYTES="330000000") as server:
        assert server.ask("POST", "/v1/reports/query", {"report": "overview"}).status in (503, 504)
        assert server.ask("GET", "/healthz").status == 200


@pytest.mark.parametrize(
    "fault", [MemoryError(), OSError(errno.ENOMEM, "no memory"), ImportError("x.so: failed to map segment"),
              RuntimeError("can't start new thread")],
)  # fmt: skip
def test_memory_that_runs_out_is_told_as_that(fault: Exception) -> None:
    told = _explain(fault, structlog.get_logger())
    assert (told.status, "memory_bytes" in told.detail) == (503, True)


def test_settings_that_were_broken_meanwhile_are_the_operators_to_mend(tmp_path: Path) -> None:
    settings = tmp_path / "echannel.toml"
    settings.write_text("")
    with serve(tmp_path / "lake") as server:
        assert server.ask("GET", "/v1/funnels").status == 200
        settings.write_text("[funnels.order]\nsteps = 3\n")
        assert server.ask("GET", "/v1/funnels").status == 503
        settings.write_text("")
        assert server.ask("GET", "/v1/funnels").status == 200
        assert b"steps" in server.stop()


def test_an_empty_lake_has_definitions_and_no_reports(tmp_path: Path) -> None:
    with serve(tmp_path / "lake") as server:
        assert server.ask("PUT", "/v1/funnels/buy", BUY).status == 201
        answer = server.ask("POST", "/v1/reports/query", {"report": "funnel", "funnel": "buy"})
        assert answer.status == 409
        assert "echannel ingest" in answer.document["detail"]
        assert server.ask("GET", "/v1/funnels/buy/lost").status == 409
