import pytest

from ingest import BadInput, read_mapping


def test_every_fault_is_named_at_once():
    with pytest.raises(BadInput) as refusal:
        read_mapping(
            {
                "fields": {"visitorid": "user", "occurred_at": "time"},
                "names": {"pv": "view_itm"},
                "channel": "tv",
                "header": False,
                "separator": "",
                "time": {"zone": "Mars/Olympus"},
            },
            "my.toml",
        )
    message = str(refusal.value)
    for fault in (
        "my.toml",
        "'visitorid' (did you mean visitor_id",
        "no column for visitor_id or customer_id",
        "'view_itm' (did you mean view_item",
        "unknown channel 'tv'",
        "`columns` is needed",
        "`separator` must be one sign or more",
        "unknown time zone 'Mars/Olympus'",
    ):
        assert fault in message


def test_an_unknown_key_is_refused():
    with pytest.raises(BadInput, match="feilds"):
        read_mapping({"feilds": {}, "fields": {"occurred_at": "t", "visitor_id": "v"}}, "my.toml")


@pytest.mark.parametrize(("into", "missing"), [("orders", "ordered_at"), ("products", "item_id")])
def test_each_table_has_its_own_needs(into, missing):
    with pytest.raises(BadInput, match=missing):
        read_mapping({"into": into, "fields": {"price": "p"}}, "my.toml")
