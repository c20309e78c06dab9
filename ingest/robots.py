"""Robots: flagged with a reason, never dropped."""

import functools
import json
from collections.abc import Iterator
from importlib import resources
from ipaddress import ip_address, ip_network

import msgspec
import polars as pl

from ingest.distinct import Remembered, judge_distinct
from ingest.refusals import BadInput

ROBOTS = {
    "known_agent": "A robot that names itself (crawler-user-agents).",
    "no_agent": "The log has a place for the user agent, and it is empty.",
    "monitor": "One of the operator's own probes, by its agent or address (settings).",
    "scanner": "It asked, in this session, for what only a scanner for weak spots looks for.",
    "flood": "More events in a short time than a person can make.",
}
"""Every reason why an event is no person's, in words."""

SCANS = (
    r"(?i)/wp-(?:login|admin|content|includes|config)",
    r"(?i)/xmlrpc\.php",
    r"(?i)/(?:phpmyadmin|pma|myadmin|adminer)\b",
    r"(?i)/\.(?:env|git|svn|aws|ssh|htpasswd|DS_Store)\b",
    r"(?i)/(?:cgi-bin|boaform|HNAP1|GponForm|setup\.cgi|evox)\b",
    r"(?i)/vendor/phpunit|/_ignition/|/telescope/requests",
    r"(?i)/(?:actuator|jmx-console|manager/html|solr/admin|struts)\b",
    r"(?i)\.\./|%2e%2e(?:/|%2f)|/etc/passwd|/proc/self",
    r"(?i)union(?:\+|%20|\s)+(?:all(?:\+|%20|\s)+)?select|\$\{jndi:|<script|%3Cscript",
)
"""Requests that no page of an operator's own leads to."""


class RobotSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who counts as no person."""

    monitors: tuple[str, ...] = ()
    """Words in the user agents of your own probes, such as "UptimeRobot" or "Zabbix"."""
    monitor_addresses: tuple[str, ...] = ()
    """Addresses or networks that your own probes come from, such as "10.8.0.0/16"."""
    people: tuple[str, ...] = ()
    """Words in user agents that are people's whatever the list of robots says: your own app, for one."""
    scans: tuple[str, ...] = SCANS
    """Regular expressions of requests that only scanners make; whoever makes one is a scanner for that session."""
    flood_events: int = 300
    """As many events of one session within `flood_seconds` are no person's. A page with all its parts is some 60."""
    flood_seconds: float = 60
    """The time that a flood is measured over."""

    def __post_init__(self) -> None:
        if faults := list(_find_faults(self)):
            raise BadInput("; ".join(faults), "[robots]", "See docs/robots.md.")


def flag_robots(records: pl.DataFrame, settings: RobotSettings) -> pl.DataFrame:
    """Complete `robot`, which says what an agent is (`judge_agents`): why a request is no person's, or null.

    A `monitor` by its address goes before a `scanner`, by what it asks for (`scan`, as `find_scans` tells), and that
    before what the agent says. Each distinct address is judged once.
    """
    probes = _find_probes(records["address"], settings.monitor_addresses)
    robot = (
        pl.when(probes | pl.col("robot").eq_missing("monitor")).then(pl.lit("monitor"))
        .when("scan").then(pl.lit("scanner"))
        .otherwise("robot")
    )  # fmt: skip
    return records.with_columns(robot=robot)


def judge_agents(agents: pl.Series, settings: RobotSettings) -> pl.DataFrame:
    """Say in `robot` why distinct agents are no people's, or null.

    Reasons, the first that holds: `monitor`, `no_agent` (the log has a place for the agent and it is empty),
    `known_agent`. A log without agents flags none.
    """
    agent = pl.col("agent")
    robot = (
        pl.when(_holds(agent, settings.monitors)).then(pl.lit("monitor"))
        .when(_holds(agent, settings.people)).then(None)
        .when(agent == "").then(pl.lit("no_agent"))
        .when("known").then(pl.lit("known_agent"))
    )  # fmt: skip
    return _find_remembered(agents).with_columns(agent=agents).select(robot=robot)


def find_scans(locations: pl.Series, settings: RobotSettings) -> pl.Series:
    """Tell which locations only a scanner looks for."""
    return locations.str.contains(_join(settings.scans)).fill_null(False)


def _find_faults(settings: RobotSettings) -> Iterator[str]:
    for scan in (scan for scan in settings.scans if scan not in SCANS):
        if not _compiles(scan):
            yield f"`scans` holds an expression that does not compile: {scan!r}"
    for network in settings.monitor_addresses:
        if not _is_network(network):
            yield f"`monitor_addresses` holds what is no address or network: {network!r}"
    if settings.flood_events < 2 or settings.flood_seconds <= 0:
        yield "`flood_events` must be 2 or more, and `flood_seconds` more than 0"


def _find_known(agents: pl.Series) -> pl.DataFrame:
    return agents.to_frame("agent").select(known=pl.col("agent").str.contains(_known_agents()))


_find_remembered = Remembered(_find_known)
"""Tells which agents match a pattern of crawler-user-agents, which takes longer than all else that is asked."""


def _holds(agent: pl.Expr, words: tuple[str, ...]) -> pl.Expr:
    return pl.any_horizontal(pl.lit(False), *(agent.str.contains(word, literal=True) for word in words))


def _find_probes(addresses: pl.Series, networks: tuple[str, ...]) -> pl.Series:
    """Tell which addresses lie in one of the networks."""
    listed = [ip_network(network, strict=False) for network in networks]
    if not listed:
        return pl.repeat(False, len(addresses), eager=True)

    def lies_within(address: str | None) -> bool:
        try:
            place = ip_address(address or "")
        except ValueError:
            return False
        return any(place in network for network in listed)

    def judge(distinct: pl.Series) -> pl.DataFrame:
        return pl.DataFrame({"probe": pl.Series([lies_within(address) for address in distinct], dtype=pl.Boolean)})

    return judge_distinct(addresses, judge)["probe"]


def _join(patterns: tuple[str, ...]) -> str:
    """Join expressions to one that matches where any does; of none, one that matches nowhere."""
    return "|".join(f"(?:{pattern})" for pattern in patterns) or r"[^\s\S]"


def _compiles(pattern: str) -> bool:
    try:
        pl.Series([""]).str.contains(pattern)
    except pl.exceptions.ComputeError:
        return False
    return True


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


@functools.cache
def _known_agents() -> str:
    """Return every pattern of crawler-user-agents as one regular expression."""
    listed = json.loads(resources.files("crawleruseragents").joinpath("crawler-user-agents.json").read_bytes())
    return _join(tuple(entry["pattern"] for entry in listed))


DEFAULT_ROBOTS = RobotSettings()
"""Who counts as no person where the settings say nothing."""
