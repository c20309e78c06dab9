"""Apache's LogFormat directives, turned into a log_format string."""

import re

DIRECTIVE = re.compile(r"%(?:!?\d+(?:,\d+)*)?[<>]?(?:\{([^}]*)\})?(\^?[A-Za-z]{1,2}|%)")
WHOLE = re.compile(r'^\s*(?:LogFormat|CustomLog\s+\S+)\s+"(.*)"[^"]*$', re.IGNORECASE)
LETTERS = {
    "h": "$remote_addr",
    "a": "$remote_addr",
    "u": "$remote_user",
    "t": "[$time_local]",
    "r": "$request",
    "m": "$request_method",
    "U": "$uri",
    "q": "$args",
    "H": "$server_protocol",
    "s": "$status",
    "v": "$host",
    "V": "$host",
    "p": "$server_port",
    "b": "$body_bytes_sent",
    "B": "$body_bytes_sent",
    "O": "$bytes_sent",
    "I": "$request_length",
    "D": "$request_time",
    "l": "$ident",
    "L": "$request_id",
    "P": "$pid",
    "X": "$connection",
    "k": "$connection_requests",
    "f": "$request_filename",
    "A": "$server_addr",
}
FAMILIES = {"i": "http_", "C": "cookie_", "o": "sent_http_", "e": "apache_env_", "n": "apache_note_"}
CLOCKS = {"sec": "$msec", "msec": "$msec", "usec": "$msec", "begin:sec": "$msec", "end:sec": "$msec"}


def is_apache(asked: str) -> bool:
    """Tell LogFormat directives from a log_format string."""
    return "%" in asked and "$" not in asked


def translate(directives: str) -> str:
    r"""Turn `%h %l %u %t \"%r\" %>s %b` into a log_format string; what has no counterpart becomes an unknown variable.

    Times in a form of their own (`%{%d/%m/%y}t`) have none.
    """
    found = WHOLE.match(directives)
    bare = (found.group(1) if found else directives).replace('\\"', '"').replace("\\t", "\t")
    return DIRECTIVE.sub(_translate, bare).replace("$uri$args", "$request_uri")


def _translate(found: re.Match[str]) -> str:
    argument, letter = found.groups()
    if letter == "%":
        return "%"
    if argument is None:
        return LETTERS.get(letter, f"${{apache_{letter.strip('^')}}}")
    if letter == "t":
        return CLOCKS.get(argument, "${apache_time}")
    return f"${{{FAMILIES.get(letter, 'apache_')}{re.sub(r'[^a-z0-9]+', '_', argument.lower())}}}"
