"""What the catalogue itself demands of every list: terms, ages, what is owned."""

from dataclasses import replace

import pytest

from serving import Answers, Links, Snapshot
from tests.serving.shop import JUNE, draw_catalogue, draw_histories, draw_links, draw_lists, ids

POPULAR = draw_lists("""
    key | target  | together | alone
    all | fibre   | 90       | 100
    all | router  | 80       | 100
    all | plan    | 70       | 100
    all | roaming | 60       | 100
    all | casino  | 50       | 100
    all | tv      | 40       | 100
""")

CATALOGUE = draw_catalogue("""
    item    | from | to | channels | name
    fibre   |      |    |          |
    router  |      |    |          |
    plan    |      |    |          |
    roaming |      |    |          |
    casino  |      |    |          |
    tv      |      |    |          |
""")


def open_shop(requires: Links | None = None, excludes: Links | None = None, **parts: object) -> Answers:
    shop = Snapshot(popular=POPULAR, catalogue=CATALOGUE, owned=OWNED, **parts)
    return Answers(replace(shop, requires=requires or Links.empty(), excludes=excludes or Links.empty()))


OWNED = draw_histories("""
    person | item  | weight
    ann    | fibre | 1
    bob    | plan  | 1
    cat    | gone  | 1
""")

ROUTER_NEEDS_FIBRE = draw_links("""
    item   | needs
    router | fibre
""")
TV_NEEDS_BOTH = draw_links("""
    item | needs
    tv   | fibre router
""")
PLAN_EXCLUDES_ROAMING = draw_links("""
    item | bars
    plan | roaming
""")


class TestRequires:
    def test_what_requires_another_is_not_shown_to_a_stranger(self) -> None:
        assert "router" not in ids(open_shop(ROUTER_NEEDS_FIBRE).for_you([], n=9, now_ms=JUNE))

    def test_who_owns_what_it_requires_is_shown_it(self) -> None:
        assert "router" in ids(open_shop(ROUTER_NEEDS_FIBRE).for_you(["ann"], n=9, now_ms=JUNE))

    @pytest.mark.parametrize("question", ["also_viewed", "also_bought", "next_item"])
    def test_beside_what_it_requires_it_is_shown_to_anybody(self, question: str) -> None:
        ask = getattr(open_shop(ROUTER_NEEDS_FIBRE), question)
        of = (lambda item: item) if question == "also_viewed" else (lambda item: [item])
        assert "router" in ids(ask(of("fibre"), n=9, now_ms=JUNE))
        assert "router" not in ids(ask(of("plan"), n=9, now_ms=JUNE))

    def test_all_that_it_requires_must_be_there(self) -> None:
        shop = open_shop(TV_NEEDS_BOTH)
        assert "tv" not in ids(shop.also_bought(["fibre"], n=9, now_ms=JUNE))
        assert "tv" in ids(shop.also_bought(["fibre", "router"], n=9, now_ms=JUNE))

    def test_what_makes_room_is_filled_up(self) -> None:
        answer = open_shop(ROUTER_NEEDS_FIBRE).for_you([], n=4, now_ms=JUNE)
        assert ids(answer) == ["fibre", "plan", "roaming", "casino"]

    def test_what_left_the_catalogue_may_still_be_owned(self) -> None:
        shop = open_shop(draw_links("item | needs\nrouter | gone"))
        assert "router" in ids(shop.for_you(["cat"], n=9, now_ms=JUNE))
        assert "router" not in ids(shop.for_you(["ann"], n=9, now_ms=JUNE))

    def test_who_requires_itself_is_shown_as_if_it_did_not(self) -> None:
        shop = open_shop(draw_links("item | needs\nrouter | router\ntv | tv fibre"))
        assert {"router"} == {"router", "tv"} & set(ids(shop.for_you([], n=9, now_ms=JUNE)))

    def test_in_a_circle_each_is_shown_beside_the_other_alone(self) -> None:
        shop = open_shop(draw_links("item | needs\nrouter | tv\ntv | router"))
        assert not {"router", "tv"} & set(ids(shop.for_you([], n=9, now_ms=JUNE)))
        assert "tv" in ids(shop.also_viewed("router", n=9, now_ms=JUNE))

    def test_what_requires_its_own_rival_is_never_shown(self) -> None:
        shop = open_shop(draw_links("item | needs\ntv | fibre"), draw_links("item | bars\nfibre | tv"))
        assert "tv" not in ids(shop.also_viewed("fibre", n=9, now_ms=JUNE))
        assert "tv" not in ids(shop.for_you(["ann"], n=9, now_ms=JUNE))


class TestExcludes:
    def test_what_cannot_be_had_beside_what_is_owned_is_not_offered(self) -> None:
        shop = open_shop(excludes=PLAN_EXCLUDES_ROAMING)
        assert "roaming" not in ids(shop.for_you(["bob"], n=9, now_ms=JUNE))
        assert "roaming" in ids(shop.for_you(["ann"], n=9, now_ms=JUNE))

    def test_nor_beside_it_in_a_basket_and_it_holds_both_ways(self) -> None:
        shop = open_shop(excludes=PLAN_EXCLUDES_ROAMING)
        assert "roaming" not in ids(shop.also_bought(["plan"], n=9, now_ms=JUNE))
        assert "plan" not in ids(shop.also_bought(["tv", "roaming"], n=9, now_ms=JUNE))

    def test_who_looks_at_one_may_compare_the_other(self) -> None:
        assert "roaming" in ids(open_shop(excludes=PLAN_EXCLUDES_ROAMING).also_viewed("plan", n=9, now_ms=JUNE))


class TestAge:
    @pytest.mark.parametrize(("age", "shown"), [(None, False), (17, False), (18, True), (90, True)])
    def test_what_has_an_age_gate_is_shown_from_that_age_and_never_to_who_does_not_tell(
        self, age: int | None, shown: bool
    ) -> None:
        gated = replace(CATALOGUE, min_age=(CATALOGUE.items == "casino") * 18)
        shop = Answers(Snapshot(popular=POPULAR, catalogue=gated))
        for answer in (
            shop.for_you([], n=9, now_ms=JUNE, age=age),
            shop.also_viewed("plan", n=9, now_ms=JUNE, age=age),
            shop.next_item(["plan"], n=9, now_ms=JUNE, age=age),
        ):
            assert ("casino" in ids(answer)) is shown
            assert "tv" in ids(answer)

    def test_an_age_below_nought_is_refused(self) -> None:
        with pytest.raises(ValueError, match="in years"):
            open_shop().for_you([], n=1, age=-1)
