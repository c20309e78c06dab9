"""Habits: what customers buy one after the other, and what they compare and then buy one of, where that is planted."""

from collections.abc import Sequence

import numpy as np

from simulator.catalogue import Product
from simulator.chains import PAGE, Chains
from simulator.columns import NONE, Codes
from simulator.stories import Chain, Rivals, Stories
from simulator.visits import Visits


def follow_habits(
    chains: Chains, visits: Visits, customer: Codes, items: Codes, products: Sequence[Product], stories: Stories,
    random: np.random.Generator,
) -> Codes:  # fmt: skip
    """Change which products are looked at so that the planted habits show in what is bought."""
    ids = [product.item_id for product in products]
    items = items.copy()
    if stories.rivals is not None:
        _compare(chains, items, ids, stories.rivals, random)
    if stories.chain is not None:
        _follow_chain(chains, visits, customer, items, ids, stories.chain, random)
    return items


def _follow_chain(
    chains: Chains, visits: Visits, customer: Codes, items: Codes, ids: list[str], chain: Chain,
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Let some customers who order in two visits or more put the chain's products into their carts, one a visit."""
    into = _find_first_into_cart(chains)
    orders = chains.visits_with(chains.pages == PAGE["order_done"]) > 0
    buying = np.flatnonzero(orders & (into != NONE) & (customer != NONE))
    buying = buying[np.lexsort((buying, visits.starts_at[buying], customer[buying]))]
    owner = customer[buying]
    begins = np.flatnonzero(np.diff(owner, prepend=NONE))
    nth = np.arange(len(buying)) - np.repeat(begins, np.diff(np.append(begins, len(buying))))
    follows = random.random(int(customer.max(initial=0)) + 1) < chain.share
    often = np.bincount(owner) > 1
    for place, item in enumerate(chain.items):
        chosen = buying[(nth == place) & follows[owner] & often[owner]]
        items[into[chosen]] = ids.index(item)


def _compare(chains: Chains, items: Codes, ids: list[str], rivals: Rivals, random: np.random.Generator) -> None:
    """Let some visits look at both rivals, one after the other, and put no more than one of them into the cart."""
    first, second = ids.index(rivals.first), ids.index(rivals.second)
    looks = np.flatnonzero(chains.pages == PAGE["product"])
    visit = chains.visit_of_click()[looks]
    nth = np.arange(len(looks)) - np.searchsorted(visit, visit)
    swapped = random.random(chains.count()) < 0.5
    compares = random.random(chains.count()) < rivals.share
    for turn in (0, 1):
        here = (nth == turn) & compares[visit]
        items[looks[here]] = np.where(swapped[visit[here]] == bool(turn), first, second)
    both = np.isin(items, (first, second)) & _mark_into_cart(chains)
    places = np.flatnonzero(both)
    owner = chains.visit_of_click()[places]
    again = places[np.arange(len(places)) > np.searchsorted(owner, owner)]
    items[again] = ids.index(rivals.instead)


def _find_first_into_cart(chains: Chains) -> Codes:
    """Find for each visit the first look that goes straight into the cart; NONE where there is none."""
    looks = np.flatnonzero(_mark_into_cart(chains))
    first = np.full(chains.count(), NONE, dtype=np.int32)
    visit = chains.visit_of_click()[looks]
    first[visit[::-1]] = looks[::-1]
    return first


def _mark_into_cart(chains: Chains) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Mark the looks at a product that the cart follows in the same visit."""
    marks = np.zeros(len(chains.pages), dtype=np.bool_)
    marks[:-1] = (chains.pages[:-1] == PAGE["product"]) & (chains.pages[1:] == PAGE["cart"])
    marks[chains.starts[1:-1] - 1] = False
    return marks
