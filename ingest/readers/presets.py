"""Presets: the formats that servers write unasked, as log_format strings."""

from ingest.lines import Batch
from ingest.mapping import Mapping
from ingest.readers.log_format import read_log_format
from ingest.readers.pairing import Pair, pair_all
from ingest.readers.pieces import make_reader
from ingest.sources import Reader

COMMON = '$remote_addr $ident $remote_user [$time_local] "$request" $status'
COMBINED = f'{COMMON} $body_bytes_sent "$http_referer" "$http_user_agent"'
BALANCER = (
    "$elb $remote_addr_port $target $request_seconds $target_seconds $response_seconds $status $target_status"
    ' $bytes_received $bytes_sent "$request" "$http_user_agent"$rest'
)
PRESETS = {
    "traefik": f'{COMBINED} $requests "$router" "$service" ${{duration}}ms',
    "vhost_combined": f"$host {COMBINED}$rest",
    "combined": f"{COMBINED}$rest",
    "common": f"{COMMON} $rest",
    "alb": f"$type $time_iso8601 {BALANCER}",
    "elb": f"$time_iso8601 {BALANCER}",
}
"""Name = what its lines look like; of those that begin alike, the one that says more comes first."""


def read_preset(name: str) -> Reader:
    """Return the reader of one of `PRESETS`; its reason for other lines is `not_` and the name."""
    return make_reader(read_log_format(PRESETS[name], name), f"not_{name}")


def open_preset(head: Batch, mapping: Mapping | None, where: str, zone: str | None = None, *, name: str) -> Pair:  # noqa: ARG001
    """Open a log in one of `PRESETS`, whose times say their offset and which needs no mapping."""
    return pair_all(read_preset(name))
