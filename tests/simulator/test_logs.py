import json
import re
from datetime import datetime
from functools import cache

import crawleruseragents
import numpy as np
import pytest

from simulator import APP_LOG, WAP_LOG, WEB_LOG, Simulation, simulate
from simulator.logs import Kind, Log, write_blank
from simulator.names import AGENTS
from simulator.web_dirt import MONITOR
from simulator.web_log import ROBOTS

FILES = (WEB_LOG, WAP_LOG, APP_LOG)
COMBINED = re.compile(r'^\S+ - (\S+) \[([^\]]+)\] "(\S+) (\S+) HTTP/1.1" (\d{3}) \d+ "([^"]*)" "([^"]*)"$')


@cache
def lines_of(simulation_seed: int, file: str) -> tuple[bytes, ...]:
    return tuple(simulate(3_000, seed=simulation_seed).lines(file))


@pytest.fixture(params=FILES)
def file(request) -> str:
    return request.param


def kinds_of(simulation: Simulation, file: str) -> dict[str, int]:
    return simulation.truth["files"][file]["kinds"]


def test_the_truth_knows_the_number_of_lines(planted: Simulation, file: str):
    assert len(lines_of(7, file)) == planted.truth["files"][file]["lines"]


def test_every_kind_of_line_is_there(planted: Simulation, file: str):
    assert min(kinds_of(planted, file).values()) >= 1


def test_no_line_holds_a_line_break(file: str):
    assert not any(b"\n" in line or b"\r" in line for line in lines_of(7, file))


def test_empty_lines_are_counted(planted: Simulation, file: str):
    assert sum(not line for line in lines_of(7, file)) == kinds_of(planted, file)["empty"]


def test_lines_that_are_no_utf8_are_counted(planted: Simulation, file: str):
    kinds = kinds_of(planted, file)
    bad = sum(not _is_utf8(line) for line in lines_of(7, file))
    assert bad == kinds["bad_utf8"] + kinds.get("binary", 0)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_web_lines_parse_as_combined_but_for_the_dirt(planted: Simulation):
    kinds = kinds_of(planted, WEB_LOG)
    parsed = [COMBINED.match(line.decode("latin-1")) for line in lines_of(7, WEB_LOG)]
    dirt = ("unterminated_agent", "tls_handshake", "binary", "empty")
    assert sum(match is None for match in parsed) == sum(kinds[kind] for kind in dirt)
    methods = [match[3] for match in parsed if match]
    assert methods.count("POST") == kinds["post"]
    assert methods.count("HEAD") == kinds["head"]
    statuses = [match[5] for match in parsed if match]
    assert statuses.count("404") == kinds["not_found"]
    assert statuses.count("301") == kinds["redirect"]


def test_web_lines_stand_in_the_order_of_their_time():
    parsed = [COMBINED.match(line.decode("latin-1")) for line in lines_of(7, WEB_LOG)]
    moments = [datetime.strptime(match[2], "%d/%b/%Y:%H:%M:%S %z") for match in parsed if match]
    assert moments == sorted(moments)
    assert str(moments[0].utcoffset()) == "8:00:00"


def test_web_robots_are_known_and_people_are_not():
    assert all(crawleruseragents.is_crawler(agent) for _, agent in (*ROBOTS, MONITOR))
    assert not any(crawleruseragents.is_crawler(agent) for agent in AGENTS)


def test_web_robots_are_counted(planted: Simulation):
    agents = {agent.encode() for _, agent in ROBOTS}
    robots = sum(any(line.endswith(agent + b'"') for agent in agents) for line in lines_of(7, WEB_LOG))
    assert robots == kinds_of(planted, WEB_LOG)["robot"]


def test_one_web_line_is_longer_than_64_kib(planted: Simulation):
    long = sum(len(line) > 65_536 for line in lines_of(7, WEB_LOG))
    assert long == kinds_of(planted, WEB_LOG)["too_long"]


def test_wap_lines_have_eleven_fields_but_for_the_dirt(planted: Simulation):
    kinds = kinds_of(planted, WAP_LOG)
    fields = [line.split(b"\t") for line in lines_of(7, WAP_LOG)]
    whole = [row for row in fields if len(row) == 11]
    assert len(fields) - len(whole) == kinds["too_few_fields"] + kinds["empty"]
    possible = [row for row in whole if re.fullmatch(rb"17\d{11} ", row[0])]
    assert len(whole) - len(possible) == kinds["impossible_time"]
    assert [row[0] for row in possible] == sorted(row[0] for row in possible)
    assert all(re.fullmatch(rb"13\d{9}", row[1]) for row in possible)
    assert all(row[4].startswith(b"wap.telco.example/") for row in possible)


def test_app_lines_parse_as_json_but_for_the_dirt(planted: Simulation):
    kinds = kinds_of(planted, APP_LOG)
    good = [json.loads(line) for line in lines_of(7, APP_LOG) if _is_json(line)]
    assert len(lines_of(7, APP_LOG)) - len(good) == kinds["cut_json"] + kinds["bad_utf8"] + kinds["empty"]
    assert [row["received"] for row in good] == sorted(row["received"] for row in good)
    assert len(good) - len({row["id"] for row in good}) == kinds["resent"]
    assert all(row["ts"].endswith("+08:00") and row["ts"][-10] == "." for row in good)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def test_an_event_sent_again_is_received_later_and_is_otherwise_the_same(planted: Simulation):
    seen: dict[str, dict[str, object]] = {}
    late = 0
    for line in filter(_is_json, lines_of(7, APP_LOG)):
        row = json.loads(line)
        received = datetime.fromisoformat(row.pop("received"))
        late += (received - datetime.fromisoformat(row["ts"])).total_seconds() >= 5
        assert seen.setdefault(row["id"], row) == row
    assert late == kinds_of(planted, APP_LOG)["resent"]


def test_lines_of_one_moment_stand_in_the_order_of_the_kinds_and_of_their_rows():
    at, rows = np.repeat([5, 7], 500), np.arange(1000)
    first = Kind(at, rows, lambda _, rows: [b"%d" % row for row in rows])
    log = Log({"a": first, "b": Kind(at, rows, write_blank)})
    numbers = [b"%d" % row for row in range(1000)]
    assert list(log.lines()) == [*numbers[:500], *[b""] * 500, *numbers[500:], *[b""] * 500]
    assert log.count_lines() == {"a": 1000, "b": 1000}
