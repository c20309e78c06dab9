import numpy as np

from recommend.taste.neighbours import Ties, keep_strongest


def test_a_tie_against_counts_by_its_size_and_of_equals_the_first_stays() -> None:
    ties = Ties(
        np.array([3, 3, 3, 3, 1]),
        np.array([5, 0, 3, 2, 4]),
        np.array([0.5, 0.5, 9.0, -0.7, 0.1]),
        np.array([4, 3, 9, 1, 2]),
    )
    kept = keep_strongest(ties, most=2)
    assert kept.item.tolist() == [1, 3, 3]
    assert kept.other.tolist() == [4, 2, 0]
    assert kept.together.tolist() == [2, 1, 3]
