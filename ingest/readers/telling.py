"""Telling names: columns of which the name says that they know a person, or let somebody in."""

import re
from functools import lru_cache

LONG_WORDS = (
    "phone", "mobileno", "mobilenum", "msisdn", "imsi", "imei", "iccid", "email", "idcard", "idno", "idnum",
    "identitycard", "passport", "passw", "secret", "openid", "unionid", "androidid", "realname", "fullname",
    "firstname", "lastname", "username", "nickname", "birth", "bankcard", "cardno", "cardnum", "macaddr",
    "ipaddr", "latitude", "longitude", "手机", "电话", "号码", "身份证", "姓名", "邮箱", "密码", "银行卡", "地址",
)  # fmt: skip
"""Long enough to be known within a longer name."""

SHORT_WORDS = frozenset({
    "mobile", "tel", "mac", "mail", "meid", "idfa", "idfv", "oaid", "gaid", "aaid", "login", "pwd", "token", "cookie",
    "ip", "ssn", "gps", "lat", "lon", "lng", "account", "address",
})  # fmt: skip
"""Known only where they stand alone between signs or capitals."""

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


@lru_cache(10_000)
def is_telling(column: str) -> bool:
    """Tell whether a column's name says identity or secret: `phone`, `userMSISDN`, `id_card`, `e-mail`, `手机号`."""
    words = [word.lower() for word in WORD.findall(column)]
    joined = "".join(words)
    return bool(SHORT_WORDS & set(words)) or any(word in joined for word in LONG_WORDS)
