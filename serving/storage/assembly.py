"""Assembly: parts put together from their arrays, when all that an answer relies on is true of them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
import numpy as np

from serving.clicks.ladders import CLICK_MODELS, Ladders
from serving.clicks.past_sessions import PLACES, PastSessions, Scales
from serving.clicks.returns import BACKS, RHYTHMS
from serving.clicks.surroundings import MOST
from serving.eligibility import ALL_CHANNELS, Catalogue
from serving.faults import SnapshotError
from serving.links import Links
from serving.lists import RankedLists
from serving.merchandising.settings import MerchandisingSettings
from serving.merchandising.stickiness import ItemStickiness
from serving.pages.layouts import TODAY, PageLayouts
from serving.people.fold_in import ItemFactors
from serving.people.histories import Histories
from serving.storage.checks import PartArrays
from serving.storage.parts import FIELDS, PARTS, AnyArray, Part
from serving.vocabulary import Float32Array, Int32Array, Int64Array


def assemble_part(name: str, arrays: Mapping[str, AnyArray], folder: Path) -> Part:
    """Put a part together from its arrays; raises `SnapshotError` for anything that no part could hold.

    What is checked is all that an answer relies on: types, lengths, sorted names, rows that follow each other, places
    that exist, finite numbers.
    """
    kind, part = PARTS[name], PartArrays(folder, name, arrays)
    for field, dtype in FIELDS[kind].items():
        part.require_type(field, dtype)
    return ASSEMBLERS[kind](part)


def _assemble_lists(part: PartArrays) -> RankedLists:
    lists = RankedLists(**part.arrays)  # type: ignore[arg-type]
    part.require_rows(len(lists.keys), len(lists.target))
    part.require_length(len(lists.target), "score", "together")
    part.require_length(len(lists.keys), "alone")
    part.require_places("target", len(lists.targets))
    part.require(bool((lists.together >= 0).all()), "together", "counts less than nothing")
    part.require(bool((lists.alone >= 0).all()), "alone", "counts less than nothing")
    falling = bool((_find_steps(lists.score, lists.starts) <= 0).all())
    part.require(falling, "score", "does not fall within a key")
    return lists


def _assemble_sessions(part: PartArrays) -> PastSessions:
    past = PastSessions(**part.arrays)  # type: ignore[arg-type]
    part.require_rows(len(past.keys), len(past.recent), "recent_starts")
    part.require_length(len(past.recent), "place")
    part.require_length(len(past.keys), "seen")
    part.require_rows(len(past.age), len(past.click))
    part.require_places("click", len(past.keys))
    part.require_places("recent", len(past.age))
    rising = bool((_find_steps(past.recent, past.recent_starts) > 0).all())
    part.require(rising, "recent", "does not list each key's sessions once, the newest first")
    length = np.diff(past.starts)
    fits = bool(((length > 1) & (length <= PLACES)).all())
    part.require(fits, "starts", f"cuts rows of 1 or of more than {PLACES}")
    inside = bool((past.place < length[past.recent]).all())
    part.require(inside, "place", "points outside its session")
    owner = np.repeat(np.arange(len(past.keys)), np.diff(past.recent_starts))
    found = bool((past.click[past.starts[past.recent] + past.place] == owner).all())
    part.require(found, "place", "points at another click")
    aged = bool(((past.age >= 0) & (past.age < 1)).all() and (np.diff(past.age) >= 0).all())
    part.require(aged, "age", "is no share that rises")
    part.require_length(len(past.keys) * MOST, "near", "near_share")
    part.require_places("near", len(past.keys))
    part.require(bool((past.near_share >= 0).all()), "near_share", "holds shares below 0")
    part.require_length(RHYTHMS * BACKS, "returns")
    part.require(bool((past.returns >= 0).all()), "returns", "holds odds below 0")
    _check_scales(past, part)
    return past


def _check_scales(past: PastSessions, part: PartArrays) -> None:
    """Refuse settings by which nobody could be answered, and counts that no formula bears."""
    whole = len(past.scales) == len(Scales._fields)
    part.require(whole, "scales", f"is not {len(Scales._fields)} numbers")
    scales = Scales(*past.scales.tolist())
    fades = (scales.neighbours, scales.sharpness, scales.click_fade, scales.step_fade, scales.age_fade)
    usable = scales.sessions >= 1 and scales.neighbours >= 1 and min(fades) > 0 and min(scales) >= 0
    part.require(usable, "scales", "holds numbers that are too small")
    counted = bool(((past.seen >= 1) & (past.seen <= scales.sessions)).all())
    part.require(counted, "seen", "counts no session, or more than there are")


def _assemble_ladders(part: PartArrays) -> Ladders:
    ladders = Ladders(**part.arrays)  # type: ignore[arg-type]
    part.require_length(len(ladders.questions), "models")
    known = all(set(models.split()) <= set(CLICK_MODELS) for models in ladders.models.tolist())
    part.require(known, "models", "names models that do not exist")
    return ladders


def _find_steps(values: Float32Array | Int32Array, starts: Int64Array) -> Float32Array | Int32Array:
    """Find the steps from each value to the next, but for those from one row into another."""
    inside = np.ones(max(len(values) - 1, 0), dtype=np.bool_)
    border = starts[1:-1]
    inside[border[(border > 0) & (border < len(values))] - 1] = False
    return np.diff(values)[inside]


def _assemble_histories(part: PartArrays) -> Histories:
    histories = Histories(**part.arrays)  # type: ignore[arg-type]
    part.require_rows(len(histories.persons), len(histories.item))
    part.require_length(len(histories.item), "weight")
    part.require_places("item", len(histories.items))
    part.require(bool((histories.weight > 0).all()), "weight", "holds weights that are not above 0")
    return histories


def _assemble_factors(part: PartArrays) -> ItemFactors:
    part.require_length(len(part.arrays["items"]), "factors")
    scales = part.arrays["scales"].tolist()
    part.require(len(scales) == 2 and min(scales) > 0, "scales", "is not two numbers above 0")
    return ItemFactors(part.arrays["items"], part.arrays["factors"], *scales)  # type: ignore[arg-type]


def _assemble_layouts(part: PartArrays) -> PageLayouts:
    layouts = PageLayouts(**part.arrays)  # type: ignore[arg-type]
    part.require_rows(len(layouts.pages), len(layouts.slot_names))
    part.require_length(len(layouts.slot_names), "item_names", "swaps", "why", "clicks")
    part.require_length(len(layouts.pages), "share")
    shares = bool(((layouts.share >= 0) & (layouts.share <= 1)).all())
    part.require(shares, "share", "holds what is no share")
    part.require(bool((layouts.why <= TODAY).all()), "why", "names reasons that do not exist")
    last = layouts.starts[1:][np.diff(layouts.starts) > 0] - 1
    ends = not bool(layouts.swaps[last].any())
    part.require(ends and bool((layouts.swaps <= 1).all()), "swaps", "swaps over the end of a page")
    return layouts


def _assemble_catalogue(part: PartArrays) -> Catalogue:
    catalogue = Catalogue(**part.arrays)  # type: ignore[arg-type]
    others = ("on_sale_from", "on_sale_to", "channels", "names", "min_age")
    part.require_length(len(catalogue.items), *others)
    known = bool((catalogue.channels <= ALL_CHANNELS).all())
    part.require(known, "channels", "marks channels that do not exist")
    return catalogue


def _assemble_links(part: PartArrays) -> Links:
    links = Links(**part.arrays)  # type: ignore[arg-type]
    part.require_rows(len(links.keys), len(links.target))
    part.require_places("target", len(links.targets))
    return links


def _assemble_stickiness(part: PartArrays) -> ItemStickiness:
    stickiness = ItemStickiness(**part.arrays)  # type: ignore[arg-type]
    part.require_length(len(stickiness.items), "ratio")
    part.require(bool((stickiness.ratio > 0).all()), "ratio", "holds ratios that are not above 0")
    return stickiness


def _assemble_merchandising(part: PartArrays) -> MerchandisingSettings:
    part.require_length(1, "document")
    try:
        return msgspec.json.decode(str(part.arrays["document"][0]), type=MerchandisingSettings)
    except msgspec.MsgspecError as fault:
        raise SnapshotError(part.folder / f"{part.name}.document.npy", f"holds no settings ({fault})") from None


ASSEMBLERS: Mapping[type[Part], Callable[[PartArrays], Part]] = {
    RankedLists: _assemble_lists,
    PastSessions: _assemble_sessions,
    Ladders: _assemble_ladders,
    Histories: _assemble_histories,
    ItemFactors: _assemble_factors,
    PageLayouts: _assemble_layouts,
    Catalogue: _assemble_catalogue,
    Links: _assemble_links,
    ItemStickiness: _assemble_stickiness,
    MerchandisingSettings: _assemble_merchandising,
}
"""How each kind of part is put together."""
