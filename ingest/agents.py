"""Agents: the device, browser and system that a user agent tells of."""

import functools

import polars as pl
from ua_parser import Domain, load_builtins
from ua_parser.regex import Resolver

from ingest.distinct import Remembered

BROWSERS = {
    "WeChat": r"MicroMessenger/",
    "Alipay": r"AlipayClient/",
    "DingTalk": r"DingTalk/",
    "360 Browser": r"(?i)qihu|360se|360ee|360 aphone",
}
"""Apps and browsers that show pages to many in China and that ua-parser takes for the engine they are built on."""
SYSTEMS = {"HarmonyOS": r"HarmonyOS|OpenHarmony"}
DEVICES = {
    "tv": r"(?i)smart-?tv|appletv|hbbtv|bravia|\btv\b",
    "tablet": r"iPad|Tablet|Kindle|\bSilk/|PlayBook",
    "mobile": r"Mobi|iPhone|iPod|\(Phone;|MIDP|Opera Mini|BlackBerry|UCWEB",
    "tablet ": r"Android",  # an Android without the word Mobile, as Google asks of tablets
    "desktop": r"Windows NT|Macintosh|X11|CrOS|\(PC;",
}
"""Kinds of device and how their agents look; the first that fits is taken."""


def describe_agents(agents: pl.Series) -> pl.DataFrame:
    """Tell the `device`, `browser` and `system` of distinct agents, by our own table first and then by ua-parser.

    An agent that says nothing of one of them leaves it null.
    """
    return _read_remembered(agents)


def _read_agents(agents: pl.Series) -> pl.DataFrame:
    read = [_parse(agent or "") for agent in agents]
    frame = pl.DataFrame(read, schema={"browser": pl.String, "system": pl.String}, orient="row").with_columns(
        agent=agents
    )
    return frame.select(
        pl.coalesce(*_recognize(DEVICES)).str.strip_chars().alias("device"),
        pl.coalesce(*_recognize(BROWSERS), "browser").alias("browser"),
        pl.coalesce(*_recognize(SYSTEMS), "system").alias("system"),
    )


def _recognize(marks: dict[str, str]) -> list[pl.Expr]:
    return [pl.when(pl.col("agent").str.contains(mark)).then(pl.lit(name)) for name, mark in marks.items()]


_read_remembered = Remembered(_read_agents)


def _parse(agent: str) -> tuple[str | None, str | None]:
    """Read browser and system."""
    if not agent:
        return None, None
    said = _load()(agent, Domain.USER_AGENT | Domain.OS)
    return said.user_agent.family if said.user_agent else None, said.os.family if said.os else None


@functools.cache
def _load() -> Resolver:
    return Resolver(load_builtins())
