"""Past sessions: which recent ones clicked on something, and what was clicked in each, as two sparse tables."""

import math
from dataclasses import dataclass
from typing import NamedTuple, Self

import msgspec
import numpy as np
import numpy.typing as npt

from serving.clicks.returns import learn_returns
from serving.clicks.surroundings import Surroundings, find_surroundings
from serving.lists import Column, number_within, sort_names
from serving.vocabulary import Float32Array, Int32Array, Int64Array, StrArray

Float64Array = npt.NDArray[np.float64]

PLACES = 255
"""Clicks of one session that are kept, the latest: a place fits into a byte, and no visitor's million counts."""


class NeighbourSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How past sessions answer.

    `python -m benchmarks.click_search` searches them on validation splits alone; the defaults lie between what it chose
    for the three data sets of docs/benchmarks.md.
    """

    sample: int = 500
    """Most recent sessions of one click that are looked at. 1,000 found no more, and every one costs time."""
    neighbours: int = 200
    """Sessions that answer, the most alike. Fewer find less; more only take longer."""
    sharpness: float = 2.0
    """Power of a session's likeness: above 1 the most alike count for much more than the others."""
    click_fade: float = 2.0
    """Clicks back after which a click of the visit weighs 1/e of the last one: the latest clicks tell most."""
    step_fade: float = 3.0
    """Clicks from the one in common after which a neighbour's click counts 1/e: what is near follows sooner."""
    before: float = 0.4
    """Weight of what neighbours clicked before the one in common. What comes after it weighs 1, people turn back."""
    length_power: float = 0.25
    """A neighbour's likeness is divided by its length to this power; the cosine's 0.5 punishes long ones too much."""
    rarity_power: float = 1.5
    """Power of ln(sessions / sessions with the click): to have a rare click in common tells more."""
    target_power: float = 0.75
    """The same power for what is proposed: what everybody clicks on anyway stands out less."""
    age_fade: float = 1.0
    """Share of all sessions, counted back from the newest, after which a session counts 1/e: habits change slowly."""
    own: float = 1.0
    """Weight of going back to what the visit clicked on before; 1 is as often as past sessions did."""
    onward: float = 1.0
    """Weight of what stands close to the best that neighbours say, against what they say; 0 looks no further."""

    def __post_init__(self) -> None:
        """Refuse what nobody can be answered by, all at once."""
        least = {"sample": 1, "neighbours": 1} | dict.fromkeys(
            ("sharpness", "click_fade", "step_fade", "age_fade"), 0.01
        )
        faults = [
            f"`{name}` is {value}: give {least.get(name, 0)} or more"
            for name, value in msgspec.structs.asdict(self).items()
            if not least.get(name, 0) <= value < math.inf
        ]
        if faults:
            raise ValueError(f"The settings of session neighbours are wrong: {'; '.join(faults)}.")


class Scales(NamedTuple):
    """The numbers that stand beside the arrays: all sessions that were counted, and the settings of the formula."""

    sessions: float
    neighbours: float
    sharpness: float
    click_fade: float
    step_fade: float
    before: float
    length_power: float
    rarity_power: float
    target_power: float
    age_fade: float
    own: float
    onward: float


@dataclass(frozen=True, eq=False)
class PastSessions:
    """Past sessions, the newest first, as two compressed sparse tables that map from disk.

    Click `i` owns the places `recent_starts[i]:recent_starts[i + 1]` of `recent` and `place`: the newest sessions that
    clicked on it. Session `s` owns `starts[s]:starts[s + 1]` of `click`: what it clicked on, in order. Nobody can tell
    whose a session was.
    """

    keys: StrArray
    """What was clicked on: sorted, unique."""
    seen: Int64Array
    """How many sessions clicked on each, those that are too old to be looked at among them; above 0."""
    recent_starts: Int64Array
    recent: Int32Array
    """Sessions, each once within a click, the newest (the lowest number) first."""
    place: npt.NDArray[np.uint8]
    """Where in that session the click stands, its last time."""
    starts: Int64Array
    click: Int32Array
    """Places in `keys`, in the order of the session."""
    age: Float32Array
    """The share of all sessions that are newer than each; rising."""
    near: Int32Array
    """Places in `keys`: what stands close to each, the closest first; see `Surroundings`."""
    near_share: Float32Array
    returns: Float32Array
    """The odds of going back, by rhythm and by clicks back; see `learn_returns`."""
    scales: Float64Array
    """The `Scales` in their order."""

    @classmethod
    def empty(cls) -> Self:
        """Make an index of no sessions."""
        return cls.from_codes([], [], [], NeighbourSettings())

    @classmethod
    def from_codes(cls, names: Column, session: Column, click: Column, settings: NeighbourSettings) -> Self:
        """Build from clicks in the order of time: sessions numbered from 0, the oldest first, each in one run.

        `click` holds places in `names` (unique, in any order). Of a session the last 255 clicks stay; sessions of one
        click alone teach nothing and are left out, and so are those that are too old to be looked at for any click.
        """
        number, code = np.asarray(session, np.int64), np.asarray(click, np.int64)
        taught = _mark_teaching(number)
        number, code = _number_anew(number[taught]), code[taught]
        sessions = int(number[-1]) + 1 if len(number) else 0
        used, code = np.unique(code, return_inverse=True)
        sorted_names, rank = sort_names([names[place] for place in used.tolist()])
        code = rank[code]
        rows = _list_recent(sessions - 1 - number, code, len(used), settings.sample)
        learnt = Learnt(find_surroundings(number, code, len(used)), learn_returns(number, code))
        return cls._cut(sorted_names, rows, learnt, sessions, settings)

    @classmethod
    def _cut(cls, names: StrArray, rows: "Rows", learnt: "Learnt", sessions: int, settings: NeighbourSettings) -> Self:
        """Leave out the sessions that nothing points to, and lay the rows out."""
        needed = np.zeros(sessions, np.bool_)
        needed[rows.session[rows.recent]] = True
        number = np.cumsum(needed) - 1
        kept = needed[rows.session]
        session = number[rows.session[kept]]
        scales = {"sessions": max(sessions, 1)} | msgspec.structs.asdict(settings)
        return cls(
            keys=names,
            seen=rows.seen,
            recent_starts=np.searchsorted(rows.code[rows.recent], np.arange(len(names) + 1)).astype(np.int64),
            recent=number[rows.session[rows.recent]].astype(np.int32),
            place=rows.place[rows.recent].astype(np.uint8),
            starts=np.searchsorted(session, np.arange(int(needed.sum()) + 1)).astype(np.int64),
            click=rows.code[kept].astype(np.int32),
            age=(np.flatnonzero(needed) / max(sessions, 1)).astype(np.float32),
            near=learnt.surroundings.near,
            near_share=learnt.surroundings.share,
            returns=learnt.returns,
            scales=np.array([scales[name] for name in Scales._fields], np.float64),
        )


class Learnt(NamedTuple):
    """What all sessions teach, those that are too old to be looked at among them."""

    surroundings: Surroundings
    returns: Float32Array


class Rows(NamedTuple):
    """Clicks by session, the newest first, and which of them each click's list holds."""

    session: Int64Array
    place: Int64Array
    code: Int64Array
    recent: Int64Array
    """Places of rows, by code, then by session."""
    seen: Int64Array


def _mark_teaching(session: Int64Array) -> npt.NDArray[np.bool_]:
    """Mark the last 255 clicks of each session of two or more."""
    length = np.bincount(session)[session] if len(session) else session
    marks: npt.NDArray[np.bool_] = (length > 1) & (number_within(session) >= length - PLACES)
    return marks


def _number_anew(session: Int64Array) -> Int64Array:
    """Number the runs of equal values from 0."""
    return np.cumsum(np.diff(session, prepend=session[:1]) != 0)


def _list_recent(session: Int64Array, code: Int64Array, names: int, sample: int) -> Rows:
    """Sort the rows by session, and list each name's newest sessions by the last click on it."""
    order = np.argsort(session, kind="stable")
    session, code = session[order], code[order]
    place = number_within(session)
    by_code = np.lexsort((-place, session, code))
    another = np.ones(len(by_code), np.bool_)
    another[1:] = (np.diff(code[by_code]) != 0) | (np.diff(session[by_code]) != 0)
    held = by_code[another]
    seen = np.bincount(code[held], minlength=names)
    return Rows(session, place, code, held[number_within(code[held]) < sample], seen)
