"""Problems: why a request failed, with every fault that was found."""

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a request."""

    where: str
    what: str


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request failed (RFC 9457): `detail` says how to mend it, `errors` lists every fault that was found."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[Fault] = []
