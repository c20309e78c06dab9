import pytest

from ingest.readers.telling import is_telling


@pytest.mark.parametrize(
    "name",
    [
        "phone", "Phone_No", "userMSISDN", "callingmsisdn", "imsi", "IMEI", "mac", "wifi_mac", "macAddress", "id_card",
        "idCardNo", "e-mail", "userEmail", "client_ip", "ip", "openid", "wx_openId", "手机号", "身份证", "password", "TOKEN",
        "access-token", "real_name", "user_name", "bank_card", "lat", "mobile", "accountId", "收货地址",
    ],
)  # fmt: skip
def test_names_that_tell_who_somebody_is_or_let_somebody_in(name):
    assert is_telling(name)


@pytest.mark.parametrize(
    "name",
    [
        "colour", "machine", "zip", "description", "ship_date", "platform", "latency", "relation", "tokenizer", "amount",
        "telemetry", "category", "session", "detail", "model", "颜色",
    ],
)  # fmt: skip
def test_names_that_tell_nothing(name):
    assert not is_telling(name)
