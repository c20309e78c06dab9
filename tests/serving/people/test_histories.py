from serving import Histories


def test_rows_of_one_person_and_item_add_up() -> None:
    histories = Histories.from_rows(["b", "a", "b"], ["x", "y", "x"], [1.0, 2.0, 0.5])
    history = histories.recall_items("b")
    assert [str(histories.items[code]) for code in history.item] == ["x"]
    assert history.weight.tolist() == [1.5]


def test_an_unknown_person_has_no_history() -> None:
    assert len(Histories.from_rows(["a"], ["x"], [1]).recall_items("zoe").item) == 0
    assert len(Histories.empty().recall_items("a").item) == 0
