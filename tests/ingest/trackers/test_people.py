"""Who did it: which of a tracker's ids is the visitor's, and which the customer's."""

import pytest

from ingest.trackers.posthog import interpret_posthog
from ingest.trackers.segment import interpret_segment
from ingest.trackers.sensors import interpret_sensors
from ingest.trackers.snowplow import interpret_snowplow


def people(said):
    return said.visitor, said.customer


@pytest.mark.parametrize(
    ("event", "who"),
    [
        ({"distinct_id": "a"}, ("a", None)),
        ({"distinct_id": "a", "anonymous_id": "a"}, ("a", None)),
        ({"distinct_id": "c", "login_id": "c", "anonymous_id": "a"}, ("a", "c")),
        ({"distinct_id": "c", "identities": {"$identity_login_id": "c", "$identity_cookie_id": "a"}}, ("a", "c")),
        ({"distinct_id": "c", "identities": {"$identity_login_id": "c", "$identity_android_id": "a"}}, ("a", "c")),
        ({"distinct_id": "c", "properties": {"$is_login_id": True}}, (None, "c")),
        ({"distinct_id": "c", "properties": {"$is_login_id": True, "$device_id": "a"}}, ("a", "c")),
        ({"type": "track_signup", "distinct_id": "c", "original_id": "a"}, ("a", "c")),
        ({"type": "track_id_bind", "identities": {"$identity_login_id": "c", "$identity_cookie_id": "a"}}, ("a", "c")),
    ],
)
def test_sensors(event, who):
    assert people(interpret_sensors({"type": "track", "event": "x", **event})) == who


@pytest.mark.parametrize(
    ("event", "who"),
    [
        ({"duid": "a", "uid": "c", "nuid": "n"}, ("a", "c")),
        ({"nuid": "n"}, ("n", None)),
        ({"tnuid": "t", "nuid": "n"}, ("t", None)),
        ({"uid": "c"}, (None, "c")),
        ({"co": {"data": [{"schema": "iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2", "data": {"userId": "a"}}]}}, ("a", None)),
        ({"co": '{"data":[{"schema":"iglu:com.snowplowanalytics.snowplow/client_session/jsonschema/1-0-2","data":{"userId":"a"}}]}'}, ("a", None)),
    ],
)  # fmt: skip
def test_snowplow(event, who):
    assert people(interpret_snowplow({"e": "pv", **event})) == who


@pytest.mark.parametrize(
    ("event", "who"),
    [
        ({"type": "track", "event": "x", "anonymousId": "a", "userId": None}, ("a", None)),
        ({"type": "identify", "anonymousId": "a", "userId": "c"}, ("a", "c")),
        ({"type": "identify", "userId": "c"}, (None, "c")),
        ({"type": "alias", "previousId": "a", "userId": "c"}, ("a", "c")),
    ],
)
def test_segment(event, who):
    assert people(interpret_segment(event)) == who


@pytest.mark.parametrize(
    ("name", "distinct", "properties", "who"),
    [
        ("$pageview", "a", {"$device_id": "a"}, ("a", None)),
        ("$pageview", "c", {"$device_id": "a", "$is_identified": True}, ("a", "c")),
        ("$pageview", "c", {"$device_id": "a", "$user_id": "c"}, ("a", "c")),
        ("$pageview", "a", {"$device_id": "a", "$is_identified": False}, ("a", None)),
        ("view", "s", {}, ("s", None)),
        ("$identify", "c", {"$anon_distinct_id": "a"}, ("a", "c")),
        ("$create_alias", "a", {"alias": "c"}, ("a", "c")),
    ],
)
def test_posthog(name, distinct, properties, who):
    assert people(interpret_posthog({"event": name, "distinct_id": distinct, "properties": properties})) == who
