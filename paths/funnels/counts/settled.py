"""Settled entrants: those whose own time is over, so that their outcome can be told and compared."""

from datetime import datetime, timedelta

import polars as pl

from paths.funnels.definition import FunnelDefinition


def is_settled(funnel: FunnelDefinition, data_ends_at: datetime) -> pl.Expr:
    """Tell of a level whether the window after its first step ended before the data does.

    This asks about the clock alone, never about the outcome. To leave out all who are *open* would be wrong: somebody
    who came back an hour ago is open unless they had converted long before, so that, of old entrants who keep coming,
    only the converted would be left, and the older a day, the better it would look. Those who came in a settled chain,
    did not convert in it and are back for another try count as not converted. Likewise those whom a short step's window
    lost early wait for the end of the whole one, as the converted do.
    """
    return pl.col("entered_at") + timedelta(hours=funnel.window_hours) < data_ends_at
