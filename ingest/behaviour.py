"""Behaviour: who is no person by what they do within a session."""

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from ingest.robots import RobotSettings
from ingest.sessions import Sessioned


def flag_behaviour(sessioned: dy.DataFrame[Sessioned], settings: RobotSettings) -> dy.DataFrame[Sessioned]:
    """Flag whole sessions: `scanner` where one of its events is a scanner's, `flood` where events come too fast.

    A flood is `flood_events` of one session within `flood_seconds`, ends included. A reason that an event bears already
    stays. Only whole sessions are judged, so neither the order of the log nor its chunks matter; rows must stand in
    the order of `sessionize`, and stay in it.
    """
    session = sessioned["session_id"].rle_id().to_numpy().astype(np.int64)
    scanned = session[(sessioned["robot"] == "scanner").fill_null(False).to_numpy()]
    floods = _find_floods(session, sessioned["occurred_at"].dt.timestamp("us").to_numpy(), settings)
    if not len(scanned) and not len(floods):
        return sessioned
    reason = (
        pl.when(pl.Series(np.isin(session, scanned))).then(pl.lit("scanner"))
        .when(pl.Series(np.isin(session, floods))).then(pl.lit("flood"))
    )  # fmt: skip
    return Sessioned.cast(sessioned.with_columns(robot=pl.coalesce("robot", reason)))


def _find_floods(session: NDArray[np.int64], moments: NDArray[np.int64], settings: RobotSettings) -> NDArray[np.int64]:
    """Find the sessions in which as many events as make a flood lie close enough together."""
    last = settings.flood_events - 1
    if len(session) <= last:
        return session[:0]
    same = session[last:] == session[: len(session) - last]
    quick = moments[last:] - moments[: len(moments) - last] <= round(settings.flood_seconds * 1_000_000)
    return np.unique(session[last:][same & quick])
