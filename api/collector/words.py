"""Words: which fields of an event name a person, an address or a secret, whatever a tracker calls them."""

from functools import lru_cache
from typing import Literal

Meaning = Literal["person", "people", "number", "address", "secret"]
"""One person's id, several below one another, an id if it has a number's digits, an address, what lets one in."""

PERSON = frozenset(
    {
        "uid", "userid", "distinctid", "anonymousid", "anonid", "anondistinctid", "deviceid", "loginid",
        "originalid", "previousid", "alias", "firstid", "secondid", "duid", "nuid", "tnuid", "fuid",
        "domainuserid", "networkuserid", "customerid", "visitorid", "accountid", "memberid", "email", "mail",
        "emailaddress", "username", "firstname", "lastname", "fullname", "realname", "nickname", "idcard",
        "idcardno", "idfa", "idfv", "imei", "imsi", "meid", "androidid", "oaid", "openid", "unionid",
        "advertisingid", "macaddress",
    }
)  # fmt: skip
NUMBER = frozenset(
    {
        "phone", "phonenumber", "mobile", "mobilephone", "mobileno", "msisdn", "tel", "telephone", "account",
    }
)  # fmt: skip
ADDRESS = frozenset(
    {
        "ip", "ipaddress", "clientip", "remoteaddr", "remoteaddress", "useripaddress", "userip",
    }
)  # fmt: skip
SECRET = frozenset(
    {
        "password", "passwd", "pwd", "secret", "accesstoken", "refreshtoken", "idtoken", "authorization",
        "smscode",
    }
)  # fmt: skip
HOLDER = frozenset(
    {
        "device", "user", "customer", "visitor", "member", "person",
    }
)  # fmt: skip
"""Fields that hold a person's or device's own field `id`."""
TO_BARE = str.maketrans("", "", "$_-. ")


@lru_cache(maxsize=4096)
def judge_field(name: str, holder: str = "") -> Meaning | None:
    """Say what a field holds by its name and that of the field around it; None for nothing that must be hidden.

    `$user_id`, `userId` and `user-id` are one name.
    """
    bare = name.lower().translate(TO_BARE)
    if bare in PERSON or name.startswith("$identity_") or (bare == "id" and holder.lower() in HOLDER):
        return "person"
    if bare in NUMBER:
        return "number"
    if bare in ADDRESS:
        return "address"
    if bare in SECRET:
        return "secret"
    return "people" if bare == "identities" else None
