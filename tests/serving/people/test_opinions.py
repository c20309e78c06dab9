"""What a model thinks of every item, and what it owes that to."""

import numpy as np
import pytest

from serving import RankedLists
from serving.people.opinions import Person, judge_by_items

LISTS = RankedLists.from_rows(
    ["pack", "phone", "phone", "plan", "plan"],
    ["plan", "case", "pack", "case", "pack"],
    score=[0.5, 0.2, -1.0, 0.3, 2.0],
    together=[40, 12, 1, 30, 40],
    alone=[50, 20, 20, 90, 90],
)
PLACE = {name: place for place, name in enumerate(LISTS.targets.tolist())}


def person(**weights: float) -> Person:
    return Person(np.array([PLACE[name] for name in weights]), np.array(list(weights.values())))


def test_scores_are_the_sum_over_the_persons_items_and_their_own_are_judged_by_the_others() -> None:
    opinion = judge_by_items(LISTS, person(pack=2.0, plan=1.0))
    scores = {name: float(opinion.scores[place]) for name, place in PLACE.items()}
    assert scores == pytest.approx({"case": 0.3, "pack": 2.0, "plan": 1.0})


def test_what_nothing_speaks_for_is_not_proposed() -> None:
    opinion = judge_by_items(LISTS, person(plan=0.1))
    assert [name for name, place in PLACE.items() if opinion.proposed[place]] == ["case", "pack"]


def test_a_proposal_is_owed_to_the_item_that_adds_most_and_counts_its_people() -> None:
    found = judge_by_items(LISTS, person(pack=1.0, plan=0.1)).find_cause(PLACE["case"])
    assert (found.item, found.together, found.alone) == (PLACE["plan"], 30, 90)
