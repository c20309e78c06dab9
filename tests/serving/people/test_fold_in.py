import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from serving import ItemFactors


def make_model(seed: int = 3) -> ItemFactors:
    factors = np.random.default_rng(seed).normal(size=(30, 8))
    return ItemFactors.from_rows(np.array([f"i{n:02}" for n in range(30)]), factors, regularization=2.5, alpha=7.0)


def test_fold_in_equals_implicits_recalculated_user() -> None:
    als = pytest.importorskip("implicit.cpu.als")
    sparse = pytest.importorskip("scipy.sparse")
    model = make_model()
    item, weight = np.array([2, 11, 29]), np.array([1.0, 0.05, 5.0], dtype=np.float32)
    with threadpool_limits(1, "blas"):
        rival = als.AlternatingLeastSquares(factors=8, regularization=2.5, alpha=7.0, num_threads=1)
        rival.item_factors = model.factors
        user = sparse.csr_matrix((weight, item, [0, 3]), shape=(1, 30))
        expected = rival.recalculate_user(0, user)
    assert model.fold_in(item, weight).factors == pytest.approx(expected, abs=1e-4)


def test_fold_in_solves_its_equation() -> None:
    model = make_model()
    item, weight = np.array([0, 5]), np.array([2.0, 1.0])
    wide = model.factors.astype(float)
    confidence, preference = np.ones(30), np.zeros(30)
    confidence[item], preference[item] = 7.0 * weight, 1.0
    left = wide.T @ np.diag(confidence) @ wide + 2.5 * np.eye(8)
    taste = model.fold_in(item, weight)
    assert left @ taste.factors == pytest.approx(wide.T @ (confidence * preference))


def test_what_each_item_gave_adds_up_to_the_score() -> None:
    model = make_model()
    item, weight = np.array([1, 4, 9]), np.array([1.0, 3.0, 2.0])
    taste = model.fold_in(item, weight)
    credit = model.credit_items(taste, 17, item, weight)
    assert credit.sum() == pytest.approx(model.score_items(taste)[17], rel=1e-4)


def test_nothing_to_go_by_gives_no_taste() -> None:
    taste = make_model().fold_in(np.array([], dtype=int), np.array([]))
    assert not taste.factors.any()


def test_rows_follow_their_names() -> None:
    model = ItemFactors.from_rows(np.array(["b", "a"]), np.array([[1.0], [2.0]]), regularization=1)
    assert model.items.tolist() == ["a", "b"]
    assert model.factors.tolist() == [[2.0], [1.0]]
