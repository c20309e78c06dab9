"""What user agents tell of devices, browsers and systems."""

import pytest

from tests.intake import PEOPLE_AGENT, hit, take_web
from tests.spec.test_robots import PEOPLE

TOLD = {
    PEOPLE["WeChat"]: ("mobile", "WeChat", "Android"),
    PEOPLE["Alipay"]: ("mobile", "Alipay", "Android"),
    PEOPLE["360 on a desk"]: ("desktop", "360 Browser", "Windows"),
    PEOPLE["HarmonyOS"]: ("mobile", "Huawei Browser", "HarmonyOS"),
    PEOPLE["CUBOT"]: ("mobile", "Chrome Mobile", "Android"),
    "Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) AppleWebKit/605.1.15 Version/15.0 Mobile/15E148 Safari/604.1": ("tablet", "Mobile Safari", "iOS"),
    "Mozilla/5.0 (Linux; Android 13; SM-X900) AppleWebKit/537.36 Chrome/112.0.0.0 Safari/537.36": ("tablet", "Chrome", "Android"),
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0": ("desktop", "Edge", "Windows"),
    "Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.0) AppleWebKit/537.36 Version/5.0 TV Safari/537.36": ("tv", "Safari", "Tizen"),
    "nothing that anybody knows": (None, None, None),
}  # fmt: skip


@pytest.mark.parametrize("agent", TOLD)
def test_an_agent_tells_device_browser_and_system(agent):
    event = take_web(hit(agent=agent)).rows.row(0, named=True)
    assert (event["device"], event["browser"], event["system"]) == TOLD[agent]


def test_a_log_without_an_agent_tells_nothing():
    event = take_web(hit(agent="-")).rows.row(0, named=True)
    assert (event["device"], event["browser"], event["system"]) == (None, None, None)


def test_each_line_has_its_own_agent():
    agents = [*TOLD, PEOPLE_AGENT]
    told = take_web(*map(hit, [f"/p{place}" for place in range(len(agents))])).rows
    assert told["device"].unique().to_list() == ["mobile"]
    mixed = take_web(*(hit(agent=agent) for agent in TOLD)).rows
    assert mixed["system"].to_list() == [system for _, _, system in TOLD.values()]
