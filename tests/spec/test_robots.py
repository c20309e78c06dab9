"""Who is no person, and why; and who is one, whatever their agent looks like."""

import pytest

from ingest import Event, RobotSettings, Sessioned, SessionSettings, flag_behaviour, sessionize
from tests.drawing import draw, make_events
from tests.intake import ROBOTS_BY_DEFAULT, hit, take_web

PEOPLE = {
    "WeChat": "Mozilla/5.0 (Linux; Android 13; V2203A Build/TP1A; wv) AppleWebKit/537.36 Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160065 MicroMessenger/8.0.47.2560(0x28002F37) WeChat/arm64 NetType/WIFI Language/zh_CN",
    "Alipay": "Mozilla/5.0 (Linux; U; Android 12; zh-CN; M2102K1C) AppleWebKit/537.36 Version/4.0 Chrome/69.0.3497.100 Mobile Safari/537.36 AliApp(AP/10.2.63.8000) AlipayClient/10.2.63.8000 Language/zh-Hans",
    "360 on a desk": "Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 Chrome/86.0.4240.198 Safari/537.36 QIHU 360SE",
    "HarmonyOS": "Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300",
    "CUBOT": "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
    "an old Cubot": "Mozilla/5.0 (Linux; U; Android 9; en-us; Cubot_Note_S Build/PPR1) AppleWebKit/537.36 Mobile Safari/537.36",
}
CRAWLERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "curl/8.5.0",
    "python-requests/2.32.0",
]


def robot_of(line: str, robots: RobotSettings = ROBOTS_BY_DEFAULT):
    return take_web(line, robots=robots).rows["robot"].to_list()


def cut(events, robots: RobotSettings):
    sessioned = sessionize(Event.cast(events.select(Event.column_names())), SessionSettings())
    return flag_behaviour(sessioned, robots)


@pytest.mark.parametrize("who", PEOPLE)
def test_apps_and_phones_that_many_use_are_people(who):
    assert robot_of(hit(agent=PEOPLE[who])) == [None]


@pytest.mark.parametrize("agent", CRAWLERS)
def test_what_names_itself_a_robot_is_one(agent):
    assert robot_of(hit(agent=agent)) == ["known_agent"]


def test_your_own_probes_are_told_by_a_word_in_their_agent():
    assert robot_of(hit(agent="Mozilla/5.0 TelcoProbe/3"), RobotSettings(monitors=("TelcoProbe",))) == ["monitor"]


def test_your_own_probes_are_told_by_their_network():
    robots = RobotSettings(monitor_addresses=("10.8.0.0/16", "2001:db8::/32"))
    assert robot_of(hit(ip="10.8.3.4"), robots) == ["monitor"]
    assert robot_of(hit(ip="2001:db8::7"), robots) == ["monitor"]
    assert robot_of(hit(ip="10.9.3.4"), robots) == [None]


def test_your_own_app_is_people_whatever_the_list_says():
    assert robot_of(hit(agent="okhttp/4.9 TelcoApp"), RobotSettings(people=("TelcoApp",))) == [None]


@pytest.mark.parametrize(
    "path",
    ["/wp-login.php", "/.env", "/.git/config", "/phpmyadmin/", "/cgi-bin/luci", "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php", "/a/../../etc/passwd", "/?x=${jndi:ldap://h/a}", "/list?id=1+union+select+2"],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 404])
def test_who_asks_for_weak_spots_is_a_scanner_found_or_not(path, status):
    assert robot_of(hit(path, status=status)) == ["scanner"]


@pytest.mark.parametrize("path", ["/", "/product/PL-01", "/help/env", "/list/vendor", "/plan/union-select"])
def test_ordinary_pages_make_no_scanner(path):
    assert robot_of(hit(path)) == [None]


def test_a_scanner_is_one_for_its_whole_session_and_for_no_other():
    flagged = cut(
        draw("""
        visitor | time  | robot
        dev     | 08:00 |
        dev     | 08:01 | scanner
        dev     | 08:02 | known_agent
        dev     | 10:00 |
        ann     | 08:00 |
    """),
        RobotSettings(),
    )
    by_id = dict(flagged.select("event_id", "robot").rows())
    assert by_id == {"e01": "scanner", "e02": "scanner", "e03": "known_agent", "e04": None, "e05": None}


@pytest.mark.parametrize(("seconds", "expected"), [("2", "flood"), ("2.001", None)])
def test_more_events_than_a_person_can_make_are_a_flood(seconds, expected):
    events = make_events([{"occurred_at": f"08:00:0{second}"} for second in ("0", "1", seconds)])
    flagged = cut(events, RobotSettings(flood_events=3, flood_seconds=2))
    assert flagged["robot"].to_list() == [expected] * 3
    Sessioned.validate(flagged)


def test_a_flood_is_counted_within_one_session_only():
    events = draw("""
        visitor | time
        ann     | 08:00:00
        ann     | 08:00:01
        bob     | 08:00:01
        bob     | 08:00:02
    """)
    assert cut(events, RobotSettings(flood_events=3, flood_seconds=5))["robot"].null_count() == 4


def test_few_events_are_no_flood():
    assert cut(draw("time\n08:00"), RobotSettings(flood_events=2))["robot"].to_list() == [None]
