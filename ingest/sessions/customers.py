"""Customers: who a session belongs to."""

import numpy as np
import polars as pl

from ingest.sessions.reasons import Rows


def name_customers(customers: pl.Series, number: Rows) -> pl.Series:
    """Give every event of a session the session's customer, where exactly one is known; else each keeps its own.

    Events between two customers' logins stay nobody's: a log that names its customers on every line says by an empty
    name that nobody was logged in.
    """
    rows = customers.is_not_null().arg_true().to_numpy()
    known, session = customers.gather(rows), number[rows]
    changed = (known != known.shift()).fill_null(False).to_numpy()
    teller = np.full(int(number.max(initial=-1)) + 1, -1)
    teller[session] = rows
    teller[session[1:][changed[1:] & (session[1:] == session[:-1])]] = -1
    told = teller[number]
    return customers.gather(np.where(told < 0, np.arange(len(number)), told))
