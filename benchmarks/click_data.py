"""The session data sets that next-click models are judged by, with a split of the training sessions to choose by."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

NAMES = ("yoochoose_100k", "diginetica_sessions", "retailrocket_sessions")
VALIDATION_SHARE = 0.07
"""Of the training sessions, the latest, where a data set brings no split: about as many as the tests."""


class Case(NamedTuple):
    """The clicks of a session so far, and the next one."""

    visit: list[str]
    target: str


class ClickData(NamedTuple):
    """Sessions to learn from, the oldest first, and cases to be judged by."""

    sessions: list[list[str]]
    cases: list[Case]


def read_test(name: str) -> ClickData:
    """Read all training sessions and the test's cases."""
    if name == "yoochoose_100k":
        return ClickData(_read_clicks("train_full"), _ask_prefixes(_read_clicks("test")))
    tests = pl.read_parquet(_find(name, "test_prefixes.parquet"))
    visits, targets = tests["prefix"].cast(pl.List(pl.String)).to_list(), tests["target"].cast(pl.String).to_list()
    return ClickData(_read_sessions(name), [Case(*pair) for pair in zip(visits, targets, strict=True)])


def read_validation(name: str) -> ClickData:
    """Read the training sessions alone, the latest of them as cases; items that were never seen before are left out."""
    if name == "yoochoose_100k":
        return ClickData(_read_clicks("train_tr"), _ask_prefixes(_read_clicks("train_valid")))
    sessions = _read_sessions(name)
    cut = int(len(sessions) * (1 - VALIDATION_SHARE))
    earlier, later = sessions[:cut], sessions[cut:]
    known = {item for session in earlier for item in session}
    return ClickData(earlier, _ask_prefixes([[item for item in session if item in known] for session in later]))


def _read_clicks(part: str) -> list[list[str]]:
    """Read sessions of clicks with times, sorted by their last click."""
    clicks = pl.read_csv(_find("yoochoose_100k", f"yoochoose-clicks-100k_{part}.txt.gz"), separator="\t")
    sessions = (
        clicks.sort("SessionId", "Time", maintain_order=True)
        .group_by("SessionId", maintain_order=True)
        .agg(pl.col("ItemId").cast(pl.String), ends=pl.col("Time").max())
    )
    return sessions.sort("ends", "SessionId")["ItemId"].to_list()


def _read_sessions(name: str) -> list[list[str]]:
    sessions = pl.read_parquet(_find(name, "train_sessions.parquet")).sort("session")
    return sessions["items"].cast(pl.List(pl.String)).to_list()


def _ask_prefixes(sessions: Sequence[list[str]]) -> list[Case]:
    """Ask for each click but the first, given those before."""
    return [Case(session[:place], session[place]) for session in sessions for place in range(1, len(session))]


def _find(*parts: str) -> Path:
    return Path(os.environ["ECHANNEL_TEST_DATA"]).joinpath(*parts)
