"""Own formats: logs in a form that their server's settings say, nginx's log_format or Apache's LogFormat."""

import re

from ingest.mapping import Mapping
from ingest.readers.apache import is_apache, translate
from ingest.readers.log_format import LogFormat, read_log_format, say_unknown
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.pieces import make_reader
from ingest.readers.server_json import read_server_json
from ingest.readers.variables import OWN, USED
from ingest.refusals import BadInput

SHAPE = "not_log_format"
KEY = re.compile(r'"([^"]+)"\s*:\s*"?$')
VARIABLE_OF = {"location": "request_uri", "referrer": "http_referer", "user_agent": "http_user_agent"}
ROLES = frozenset({*OWN, "occurred_at", "visitor_id", "customer_id"})


def open_log_format(text: str, mapping: Mapping | None, where: str, zone: str | None = None) -> tuple[Pair, str]:
    """Open lines in a format of the server's own; return what a person should know of it too.

    A mapping says which of our fields a variable is: `visitor_id = "cookie_uid"`. Raises `BadInput` that names all
    faults of the string at once.
    """
    written = translate(text) if is_apache(text) else text
    log_format = read_log_format(written, where, _list_roles(mapping, where) if mapping else {})
    if log_format.literals[0].lstrip().startswith("{"):
        read = read_server_json("log_format", zone or "UTC", _find_keys(log_format))
    else:
        read = make_reader(log_format, SHAPE, zone or "UTC")
    return pair_all(read), say_unknown(log_format)


def _list_roles(mapping: Mapping, where: str) -> dict[str, str]:
    """Return variable = the one that it is to be taken for."""
    named = ((column, field) for field in mapping.fields for column in mapping.list_columns(field))
    roles = {column.removeprefix("$"): VARIABLE_OF.get(field, field) for column, field in named}
    if wrong := sorted(role for role in roles.values() if role not in ROLES and role not in VARIABLE_OF.values()):
        known = ", ".join(sorted(ROLES | VARIABLE_OF.keys()))
        raise BadInput(f"a variable cannot be {', '.join(wrong)}", where, f"It can be {known}.")
    return roles


def _find_keys(log_format: LogFormat) -> dict[str, tuple[str, ...]]:
    """Return variable = the key whose value it is; where it is only part of a value, it is passed over."""
    before = zip(log_format.variables, map(KEY.search, log_format.literals), strict=False)
    return {variable: (found.group(1),) for variable, found in before if found and variable in USED}
