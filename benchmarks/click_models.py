"""The contenders of the next-click table."""

import numpy as np

from serving import NeighbourSettings, PastSessions


def index_sessions(sessions: list[list[str]], settings: NeighbourSettings) -> PastSessions:
    """Index sessions, the oldest first."""
    names = sorted({item for session in sessions for item in session})
    code_of = {name: code for code, name in enumerate(names)}
    number = np.repeat(np.arange(len(sessions)), [len(session) for session in sessions])
    click = np.fromiter((code_of[item] for session in sessions for item in session), np.int64, len(number))
    return PastSessions.from_codes(names, number, click, settings)
