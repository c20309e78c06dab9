"""The access log of Apache and nginx, common and combined: what the web hall writes."""

from ingest.readers.presets import read_preset

read_common = read_preset("common")
"""Reads `host ident user [time] "request" status`, whatever follows it.

Reasons: `not_common`, `bad_time`, `bad_request`.
"""

read_combined = read_preset("combined")
"""Reads `host ident user [time] "request" status bytes "referrer" "agent"`, whatever follows it.

Reasons: `not_combined`, `bad_time`, `bad_request`.
"""
