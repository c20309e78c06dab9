from collections import Counter
from functools import cache
from itertools import pairwise

import numpy as np

from simulator import CLEAN, PLANTED, Chain, Rivals, Simulation, Stories, simulate

Follows = Counter[tuple[str, str]]


@cache
def invent(stories: Stories) -> Simulation:
    return simulate(visits=4_000, seed=7, stories=stories)


def list_orders(simulation: Simulation) -> list[tuple[int, int, set[str]]]:
    """List the orders: who, when, what."""
    ids = [product.item_id for product in simulation.operator.products]
    orders: dict[int, tuple[int, int, set[str]]] = {}
    for line in simulation.shopping.orders:
        who, when = int(simulation.clicks.customer[line.click]), int(simulation.clicks.at[line.click])
        orders.setdefault(line.order, (who, when, set()))[2].add(ids[line.item])
    return sorted(orders.values(), key=lambda order: order[:2])


def count_follows(simulation: Simulation) -> Follows:
    """Count which product of a customer's next order follows which."""
    follows: Follows = Counter()
    for (who, _, before), (other, _, after) in pairwise(list_orders(simulation)):
        follows.update((one, two) for one in before for two in after if who == other and one != two)
    return follows


def test_the_planted_chain_is_bought_in_its_order_more_than_anything_else():
    first, second, third = Chain().items
    follows = count_follows(invent(Stories(chain=Chain())))
    (top, count), (next_top, next_count), (_, third_count) = follows.most_common(3)
    assert (top, next_top) == ((first, second), (second, third))
    assert count > next_count > 2 * third_count
    assert follows[second, first] < count / 4


def test_a_clean_operator_sells_in_no_order():
    assert max(count_follows(invent(CLEAN)).values()) < 6


def test_planted_rivals_are_looked_at_in_one_visit_and_never_in_one_order():
    rivals = Rivals()
    simulation = invent(Stories(rivals=rivals))
    orders = [items for _, _, items in list_orders(simulation)]
    assert sum(rivals.first in items for items in orders) > 20
    assert sum(rivals.second in items for items in orders) > 20
    assert not any({rivals.first, rivals.second} <= items for items in orders)


def test_habits_leave_pages_and_moments_alone():
    told, plain = invent(Stories(chain=Chain(), rivals=Rivals())), invent(CLEAN)
    assert np.array_equal(told.clicks.page, plain.clicks.page)
    assert np.array_equal(told.clicks.at, plain.clicks.at)
    assert not np.array_equal(told.clicks.item, plain.clicks.item)


def test_the_truth_tells_what_was_planted():
    stories = invent(Stories(chain=Chain())).truth["stories"]
    assert stories["chain"] == {"items": list(Chain().items), "share": Chain().share}
    assert stories["rivals"] is None
    assert PLANTED.chain is not None
    assert CLEAN.chain is None
