"""Who and what is hidden before anything is written."""

import json

import pytest

from api.collector.redaction import Redactor, TooDeepError
from tests.api.collector.conftest import PHONE, PSEUDONYM, token

REDACTOR = Redactor(PSEUDONYM, keep_addresses=True)
P, BOB = token(PHONE), token("bob")


@pytest.mark.parametrize(
    ("event", "hidden"),
    [
        ({"uid": "bob", "duid": "d", "nuid": "n"}, {"uid": BOB, "duid": token("d"), "nuid": token("n")}),
        ({"distinct_id": 13800138000}, {"distinct_id": P}),
        ({"user_id": 42, "userId": "42", "USER-ID": 42.0}, dict.fromkeys(("user_id", "userId", "USER-ID"), token("42"))),
        ({"$identity_login_id": ["bob", PHONE]}, {"$identity_login_id": [BOB, P]}),
        ({"identities": {"own_word": "bob", "list": ["bob"]}}, {"identities": {"own_word": BOB, "list": [BOB]}}),
        ({"context": {"device": {"id": "bob", "type": "ios"}}}, {"context": {"device": {"id": BOB, "type": "ios"}}}),
        ({"item": {"id": "bob"}}, {"item": {"id": "bob"}}),
        ({"traits": {"email": "bob", "phone": "+86 138-0013-8000"}}, {"traits": {"email": BOB, "phone": P}}),
        ({"phone": "iPhone 15", "mobile": "13 Pro"}, {"phone": "iPhone 15", "mobile": "13 Pro"}),
        ({"amount": 13800138000, "tel": 13800138000.0}, {"amount": P, "tel": P}),
        ({"time": 1795285669456, "n": 138, "x": 1.5, "b": True}, {"time": 1795285669456, "n": 138, "x": 1.5, "b": True}),
        ({PHONE: 1, "a": {PHONE: "x"}}, {P: 1, "a": {P: "x"}}),
        ({"uid": "", "userId": "-", "alias": None}, {"uid": "", "userId": "-", "alias": None}),
        ({"ip": "1.2.3.4", "$ip": "1.2.3.4"}, {"ip": token("1.2.3.4"), "$ip": token("1.2.3.4")}),
        ({"password": "p", "access_token": "t", "token": "phc"}, {"password": "<secret>", "access_token": "<secret>", "token": "phc"}),
        ({"uid": P, "text": f"of {P}"}, {"uid": P, "text": f"of {P}"}),
    ],
)  # fmt: skip
def test_a_field_that_names_a_person_holds_a_token(event: dict[str, object], hidden: dict[str, object]) -> None:
    assert REDACTOR.hide_event(event) == hidden


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"call {PHONE}!", f"call {P}!"),
        (f"http://x/{PHONE}/a?t={PHONE}&u={PHONE}", f"http://x/{P}/a?t={P}&u={P}"),
        (f"http://x/?q=%20{PHONE}%22", f"http://x/?q=%20{P}%22"),
        ("http://x/?uid=bob&email=bob&item=7", f"http://x/?uid={BOB}&email={BOB}&item=7"),
        ("http://x/?next=%2Fa%3Fuid%3Dbob%26b%3D1", f"http://x/?next=%2Fa%3Fuid%3D{BOB}%26b%3D1"),
        ("http://x/?token=abc&sid=1&a=2", "http://x/?token=<secret>&sid=<secret>&a=2"),
        ("http://x/?d=%22uid%22%3A%22bob%22", f"http://x/?d=%22uid%22%3A%22{BOB}%22"),
        ('{"uid":"bob","ev', f'{{"uid":"{BOB}","ev'),
        ('{"uid": "bob smith", "n": 1', f'{{"uid": "{token("bob smith")}", "n": 1'),
        ("{'uid': 42, 'password': 'x y'", f"{{'uid': {token('42')}, 'password': '<secret>'"),
        ('{\\"userId\\":\\"bob\\"', f'{{\\"userId\\":\\"{BOB}\\"'),
        ("1795285669456 is a time", "1795285669456 is a time"),
        ("http://wt.example:8080/pay", "http://wt.example:8080/pay"),
        ("id 6f1c1380-0138-4000-8000-000000000000", "id 6f1c1380-0138-4000-8000-000000000000"),
    ],
)
def test_a_text_tells_nobody(text: str, hidden: str) -> None:
    assert REDACTOR.hide_text(text) == hidden


def test_json_within_a_text_is_looked_through() -> None:
    inner = json.dumps({"userId": "bob", "deep": json.dumps([{"uid": "bob"}])})
    hidden = REDACTOR.hide_event({"props": inner})["props"]
    assert "bob" not in str(hidden)
    assert json.loads(json.loads(str(hidden))["deep"]) == [{"uid": BOB}]


def test_an_event_has_a_deepest_floor() -> None:
    event: dict[str, object] = {}
    for _ in range(45):
        event = {"a": [event]}
    with pytest.raises(TooDeepError):
        REDACTOR.hide_event(event)


def test_without_addresses_there_are_none() -> None:
    quiet = Redactor(PSEUDONYM, keep_addresses=False)
    assert quiet.hide_event({"ip": "1.2.3.4", "context": {"ip": "::1"}}) == {"ip": None, "context": {"ip": None}}
    assert quiet.hide_address("1.2.3.4") is None


def test_an_endless_id_is_not_remembered_whole() -> None:
    asked: list[str] = []
    keeper = Redactor(lambda kind, raw: (asked.append(raw), raw)[1], keep_addresses=True)
    keeper.hide_event({"uid": "x" * 60_000})
    assert max(map(len, asked)) <= 256
