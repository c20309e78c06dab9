"""Choice: the sets that are worth most together, no two of which share an item."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
from scipy.sparse import csr_array


def choose_apart(sets: Sequence[Sequence[str]], worth: Sequence[int]) -> list[int]:
    """Choose sets that share no item and are worth most together; give their places, in order.

    Sets of two are edges of a graph, and the choice is its maximum-weight matching (J. Edmonds, 1965), exact in
    polynomial time. With sets of three among them the question is weighted set packing, which is NP-hard (R. M. Karp,
    1972); it is solved exactly as a linear program in whole numbers, by branch and bound with no gap allowed (HiGHS,
    Q. Huangfu and J. A. J. Hall, 2018), whatever time that takes. Worth is whole, so that sums are exact; what is
    worth 0 or less is never chosen, nor is a set that stands twice chosen twice.
    """
    earning = [place for place, gain in enumerate(worth) if gain > 0]
    if not earning:
        return []
    if all(len(sets[place]) == 2 for place in earning):
        return _match(sets, worth, earning)
    return _pack(sets, worth, earning)


def _match(sets: Sequence[Sequence[str]], worth: Sequence[int], earning: list[int]) -> list[int]:
    graph = nx.Graph()
    graph.add_nodes_from(sorted({item for place in earning for item in sets[place]}))
    for place in sorted(earning, key=lambda place: (worth[place], -place)):
        graph.add_edge(*sets[place], weight=worth[place], place=place)
    return sorted(graph.edges[edge]["place"] for edge in nx.max_weight_matching(graph))


def _pack(sets: Sequence[Sequence[str]], worth: Sequence[int], earning: list[int]) -> list[int]:
    from scipy.optimize import (
        Bounds,
        LinearConstraint,
        milp,
    )  # takes a quarter of a second, and most commands need none

    items = {item: row for row, item in enumerate(sorted({item for place in earning for item in sets[place]}))}
    column = np.repeat(np.arange(len(earning)), [len(sets[place]) for place in earning])
    row = [items[item] for place in earning for item in sets[place]]
    holds = csr_array((np.ones(len(row)), (row, column)), shape=(len(items), len(earning)))
    gains = np.array([worth[place] for place in earning], np.float64)
    found = milp(
        -gains,
        integrality=np.ones(len(earning), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(holds, ub=1),
        options={"mip_rel_gap": 0},
    )
    if not found.success:
        raise RuntimeError(f"The bundles cannot be chosen: {found.message}. Plan fewer: lower `most_pairs`.")
    return [place for place, chosen in zip(earning, found.x, strict=True) if chosen > 0.5]
