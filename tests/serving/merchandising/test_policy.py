"""Likeness and boosts, against what they are said to be, product by product."""

from hypothesis import given, settings
from hypothesis import strategies as st

from serving import Boost, Links, MerchandisingSettings
from serving.merchandising.policy import Policy
from tests.serving.shop import draw_lists

NAMES = ["case", "red", "green", "blue"]
VIEWED = draw_lists("""
    key  | target | together | alone
    case | red    | 30       | 100
    case | blue   | 70       | 100
    case | plan   | 60       | 100
    red  | green  | 8        | 10
""")
WORDS = st.dictionaries(st.sampled_from([*NAMES, "plan"]), st.frozensets(st.sampled_from(["5g", "Acme", "new", "red"])))


@settings(deadline=None)
@given(WORDS, st.sampled_from(["case", "red", "plan", "nobody"]))
def test_likeness_is_the_larger_share_of_words_or_of_sessions(borne: dict[str, frozenset[str]], one: str) -> None:
    policy = Policy(MerchandisingSettings(diversity=0.5), Links.from_names(borne), VIEWED)
    words = policy.lay_words(NAMES)
    together = {("case", "red"): 0.3, ("case", "blue"): 0.7, ("red", "green"): 0.8}
    mine = borne.get(one, frozenset())
    alike = [
        max(len(mine & other) / max(len(mine | other), 1), together.get((one, name), 0.0))
        for name, other in ((name, borne.get(name, frozenset())) for name in NAMES)
    ]
    assert policy.compare(one, words, policy.find_viewed(words)).tolist() == alike


@settings(deadline=None)
@given(WORDS)
def test_boosts_of_a_product_and_of_its_words_multiply_each_once(borne: dict[str, frozenset[str]]) -> None:
    boosts = {"red": 2.0, "5g": 1.5, "unheard of": 3.0}
    chosen = tuple(Boost(word, factor) for word, factor in boosts.items())
    policy = Policy(MerchandisingSettings(boosts=chosen), Links.from_names(borne), None)
    expected = []
    for name in NAMES:
        bears = {name, *borne.get(name, ())}
        expected.append((2.0 if "red" in bears else 1.0) * (1.5 if "5g" in bears else 1.0))
    assert policy.find_factors(policy.lay_words(NAMES)).tolist() == expected
