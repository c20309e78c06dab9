"""Settings of the path graph: what a visit is, and when it was."""

from typing import Literal

import msgspec


class PathSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a page that is seen several times on end."""

    repeats: Literal["collapsed", "kept"] = "collapsed"
    """A page seen again without another between is one visit: reloads say nothing of the way. `kept`: one each."""
    time_of_run: Literal["first", "last"] = "first"
    """Which event of a collapsed run gives its time: the first, so that seconds count from when the page came up."""
