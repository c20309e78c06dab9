"""The models of "for you": one of them answers."""

import pytest

from echannel.training import taste
from echannel.training.bench import Bench
from echannel.training.building import CLICK_PARTS, Choice, build_snapshot, learn_parts
from echannel.training.gate import judge_models
from echannel.training.makers import MODEL_MAKERS
from echannel.training.recipes import QUESTIONS, READS
from echannel.training.taste import MAKERS, PARTS, learn_taste
from recommend import TASTES, TooManyItemsError
from serving import Answers
from tests.echannel.training.circles import choose_settings, lay_out, walk_circles

TABLES = lay_out(walk_circles())


@pytest.mark.parametrize("model", TASTES)
def test_each_model_answers_a_person_and_a_stranger_out_of_their_circle(model):
    snapshot = build_snapshot(TABLES, choose_settings(), Choice(taste=model))
    assert getattr(snapshot, PARTS[model]) is not None
    answers = Answers(snapshot)
    known = answers.for_you(["p3"], n=3, now_ms=0)
    stranger = answers.for_you([], recent=["c3-0", "c3-1"], n=3, now_ms=0, new_only=True)
    assert {item.id[:2] for answer in (known, stranger) for item in answer.items} == {"c3"}
    assert (known.fallback, stranger.fallback) == (None, None)
    assert "c3-" in stranger.items[0].reason


def test_the_gate_judges_every_model_and_lets_the_best_answer():
    judgement = judge_models(TABLES, choose_settings())
    rows = judgement.scores.filter(task="for_you")
    assert {"als", "ease", "rp3beta", "popular", "for_you"} == set(rows["model"])
    best = rows.filter(rows["model"].is_in(list(TASTES)))
    assert judgement.choice.taste == best["model"][0]
    assert rows.filter(model="for_you")["ndcg"].item() == best["ndcg"].max()


def test_one_model_may_be_chosen_beforehand():
    judgement = judge_models(TABLES, choose_settings(models=("ease",)))
    assert judgement.choice.taste == "ease"
    assert "als" not in judgement.scores["model"].to_list()


def test_a_model_that_cannot_hold_so_many_items_stays_out(monkeypatch):
    def refuse(bench):
        raise TooManyItemsError("too many")

    monkeypatch.setattr(taste, "MAKERS", {**MAKERS, "ease": refuse})
    assert learn_taste(Bench(TABLES, choose_settings()), "ease") == {}
    judgement = judge_models(TABLES, choose_settings())
    assert "ease" not in judgement.scores["model"].to_list()


def test_the_popular_items_that_are_compared_leave_out_what_was_seen():
    """Of new items only new ones are right, so whoever lists others would be beaten too easily."""
    scores = judge_models(TABLES, choose_settings(models=("als",))).scores
    popular = scores.filter(task="for_you_new", model="popular")
    assert popular["cases"].item() > 0
    assert popular["ndcg"].item() > 0


class Watched:
    """Settings that note which of their sections are read."""

    def __init__(self, settings):
        self.settings, self.read = settings, set()

    def __getattr__(self, name):
        self.read.add(name)
        return getattr(self.settings, name)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_recipe_holds_every_section_that_its_models_are_made_by(question):
    watched = Watched(choose_settings())
    learn_parts(question, Bench(TABLES, watched), "als")
    assert watched.read <= set(READS[question])


def test_every_model_has_a_recipe():
    assert {*MODEL_MAKERS, *CLICK_PARTS, "for_you"} == set(READS)
