"""Past sessions as an index that serving answers from."""

from paths.clicks.walks import ClickWalks
from serving import NeighbourSettings, PastSessions


def index_sessions(walks: ClickWalks, settings: NeighbourSettings) -> PastSessions:
    """Index what past sessions clicked on, for visits that will be like them; see `serving.SessionNeighbours`."""
    return PastSessions.from_codes(walks.keys, walks.session, walks.click, settings)
