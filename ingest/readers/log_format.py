"""Log formats: nginx's `log_format` strings, taken apart and checked."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Dictionary
from difflib import get_close_matches
from typing import NamedTuple

from ingest.readers.variables import NEEDED, USED
from ingest.refusals import BadInput

VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
DIRECTIVE = re.compile(r"^\s*log_format\s+\S+\s+(?:escape=\w+\s+)?|;\s*$")
QUOTED = re.compile(r"'([^']*)'")
ONE_URI = (
    ("$scheme://$host$request_uri", "$request_uri"),
    ("$host$request_uri", "$request_uri"),
    ("$uri$is_args$args", "$request_uri"),
)
"""Variables that are written without anything between them, and what they are together."""
OTHERS = frozenset({
    "body_bytes_sent", "bytes_sent", "connection", "connection_requests", "content_length", "content_type",
    "geoip_country_code", "gzip_ratio", "host", "hostname", "https", "ident", "is_args", "limit_rate", "pid", "pipe",
    "realip_remote_addr", "remote_port", "request_filename", "request_id", "request_length", "request_time", "rest",
    "scheme", "server_addr", "server_name", "server_port",
})  # fmt: skip
"""Variables that are well known, and that nothing is taken from."""
REPEATED = "rest"
FAMILIES = ("arg_", "cookie_", "http_", "sent_", "upstream_", "ssl_", "geoip_", "proxy_")
ADVICE = "Copy it from the server's settings; docs/formats.md says what each variable becomes."


class LogFormat(NamedTuple):
    """A log_format string, taken apart: literal, variable, literal, …, variable, literal."""

    literals: tuple[str, ...]
    """What stands before each variable, and after the last: one more than there are variables."""
    variables: tuple[str, ...]
    unknown: tuple[str, ...]
    """Those that nginx does not have of its own, as a person should hear."""


def read_log_format(text: str, where: str, roles: Dictionary[str, str] | None = None) -> LogFormat:
    """Take a log_format string apart; nginx's own directive with its quotes is understood too.

    `roles` are variables that are to be taken for others. Raises `BadInput` that names all faults at once.
    """
    plain = _join(text)
    for parts, whole in ONE_URI:
        plain = plain.replace(parts, whole)
    literals = tuple(VARIABLE.sub("\0", plain).split("\0"))
    written = [braced or bare for braced, bare in VARIABLE.findall(plain)]
    variables = tuple(_take_first((roles or {}).get(name, name) for name in written))
    absent = [name for name in roles or {} if name not in written]
    faults = [*_find_faults(literals, variables), *(f"it has no ${name}{_suggest(name, written)}" for name in absent)]
    if faults:
        raise BadInput(f"the log_format is wrong: {'; '.join(faults)}", where, ADVICE)
    return LogFormat(literals, variables, tuple(_find_unknown(variables)))


def _take_first(names: Iterable[str]) -> Iterator[str]:
    """Take a variable where it stands first, and pass over what repeats it."""
    seen: set[str] = set()
    for name in names:
        yield REPEATED if name in seen else name
        seen.add(name)


def _join(text: str) -> str:
    """Take the directive's name, quotes and semicolon off, where it was copied whole."""
    bare = DIRECTIVE.sub("", DIRECTIVE.sub("", text))
    return "".join(QUOTED.findall(bare)) if bare.lstrip().startswith("'") else bare.strip("\r\n")


def _find_faults(literals: tuple[str, ...], variables: tuple[str, ...]) -> Iterator[str]:
    for kind, some in NEEDED.items():
        if not set(some) & set(variables):
            yield f"it has no {kind}, one of ${', $'.join(some)}{_suggest_for(variables, some)}"
    for before, literal, after in zip(variables[:-1], literals[1:-1], variables[1:], strict=True):
        if not literal:
            yield f"nothing stands between ${before} and ${after}, so that they cannot be told apart"
    if any("$" in literal for literal in literals):
        yield "a $ has no variable's name after it"


def _suggest_for(variables: Iterable[str], some: Iterable[str]) -> str:
    """Name the unknown variables that are nearly one of some."""
    near = {name: get_close_matches(name, list(some), n=1) for name in _find_unknown(variables)}
    pairs = [f"${name} for ${match[0]}" for name, match in near.items() if match]
    return f" (is it {' or '.join(pairs)}?)" if pairs else ""


def _suggest(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.75)
    return f" (did you mean ${near[0]}?)" if near else ""


def _find_unknown(variables: Iterable[str]) -> Iterator[str]:
    return (name for name in variables if name not in USED | OTHERS and not name.startswith(FAMILIES))


def say_unknown(log_format: LogFormat) -> str:
    """Say which variables are not known and so passed over; nothing where there are none."""
    named = [f"${name}{_suggest(name, USED | OTHERS)}" for name in log_format.unknown]
    return f"Passed over, as not known: {', '.join(named)}." if named else ""
