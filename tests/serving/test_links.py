from serving import Links


def test_links_are_told_as_they_were_given_and_items_without_any_are_left_out() -> None:
    named = {"b": frozenset({"y", "x"}), "a": frozenset({"x"}), "c": frozenset[str]()}
    links = Links.from_names(named)
    assert links.name_links() == {"a": {"x"}, "b": {"x", "y"}}
    assert [links.list_names(item) for item in "abcd"] == [["x"], ["x", "y"], [], []]


def test_no_links() -> None:
    assert Links.empty().name_links() == {}
