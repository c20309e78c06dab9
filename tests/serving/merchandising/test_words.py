import numpy as np

from serving.merchandising.words import Words

BORNE = {"red": frozenset({"brand=Acme", "5g"}), "blue": frozenset({"5g"}), "tv": frozenset({"brand=Acme"})}
WORDS = Words(["red", "blue", "plan"], BORNE)


def test_those_who_bear_a_word_are_marked_and_who_is_it() -> None:
    assert WORDS.mark_bearers("5g").tolist() == [True, True, False]
    assert WORDS.mark_bearers("plan").tolist() == [False, False, True]
    assert WORDS.mark_bearers("unheard of").tolist() == [False, False, False]
    assert [word in WORDS for word in ("5g", "plan", "tv", "unheard of")] == [True, True, False, False]


def test_likeness_is_the_share_of_words_that_are_in_both() -> None:
    assert WORDS.share_words({"5g", "new"}).tolist() == [1 / 3, 1 / 2, 0]
    assert WORDS.share_words(()).tolist() == [0, 0, 0]
    assert Words([], BORNE).share_words({"5g"}).tolist() == []


def test_products_are_found_in_another_vocabulary_by_their_whole_name() -> None:
    vocabulary = np.array(["blue", "pla", "red", "tv"])
    assert WORDS.find_rows(vocabulary).tolist() == [1, -1, 0, -1]
    assert WORDS.find_rows(np.array(["bl", "pl"])).tolist() == [-1, -1]
    assert WORDS.find_rows(np.empty(0, dtype="<U1")).tolist() == []
    assert Words([], BORNE).find_rows(vocabulary).tolist() == [-1, -1, -1, -1]
