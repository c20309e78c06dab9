"""Lists in which products that people stay with come further up, and how everybody sees it."""

from dataclasses import replace

import pytest

from serving import Answer, Answers, Boost, ItemStickiness, MerchandisingSettings, Snapshot
from tests.serving.shop import JUNE, draw_catalogue, draw_lists, read_table

VIEWED = draw_lists("""
    key  | target | together | alone
    case | red    | 90       | 100
    case | green  | 80       | 100
    case | blue   | 70       | 100
    case | plan   | 60       | 100
""")
POPULAR = draw_lists("""
    key | target | together | alone
    all | plan   | 90       | 100
    all | tv     | 60       | 100
""")


def draw_stickiness(drawing: str) -> ItemStickiness:
    rows = read_table(drawing)
    return ItemStickiness.from_rows([row[0] for row in rows], [float(row[1]) for row in rows])


STICKY = draw_stickiness("""
    item  | ratio
    red   | 0.5
    plan  | 2
    tv    | 4
""")


def open_shop(power: float = 1.0, **settings: object) -> Answers:
    rules = MerchandisingSettings(**{"share": 1.0, "stickiness_power": power, **settings})  # type: ignore[arg-type]
    return Answers(Snapshot(also_viewed=VIEWED, popular=POPULAR, stickiness=STICKY, merchandising=rules))


def ask(shop: Answers, n: int = 4) -> Answer:
    return shop.also_viewed("case", n=n, now_ms=JUNE)


def tell(answer: Answer, field: str) -> list[object]:
    return [getattr(item, field) for item in answer.items]


def test_stickiness_counts_for_nothing_unless_it_is_set() -> None:
    answer = ask(open_shop(power=0.0))
    assert tell(answer, "id") == ["red", "green", "blue", "plan"]
    assert set(tell(answer, "stickiness")) == set(tell(answer, "rule")) == {None}


def test_a_product_that_people_stay_with_comes_further_up_and_the_answer_says_why() -> None:
    answer = ask(open_shop())
    assert tell(answer, "id") == ["plan", "green", "blue", "red"]
    assert tell(answer, "rule") == ["stickiness", "stickiness", "stickiness", None]


def test_each_product_shows_its_factor_beside_the_models_own_score() -> None:
    answer = ask(open_shop())
    assert tell(answer, "stickiness") == [2.0, 1.0, 1.0, 0.5]
    assert tell(answer, "score") == pytest.approx([0.6, 0.8, 0.7, 0.9])


def test_a_product_of_which_nothing_is_known_is_like_all_and_has_the_factor_one() -> None:
    factors = dict(zip(tell(ask(open_shop()), "id"), tell(ask(open_shop()), "stickiness"), strict=True))
    assert factors["green"] == factors["blue"] == 1.0


def test_half_the_power_is_the_root_of_the_factor() -> None:
    answer = ask(open_shop(power=0.5))
    assert tell(answer, "id") == ["plan", "green", "blue", "red"]
    assert answer.items[0].stickiness == pytest.approx(2**0.5)


def test_it_is_no_promotion_and_takes_nothing_of_the_share() -> None:
    answer = ask(open_shop(share=0.25, boosts=(Boost("blue", 3.0),)))
    assert [(item.id, item.rule) for item in answer.items][:2] == [("blue", "boost"), ("plan", "stickiness")]
    assert not answer.items[1].reason.startswith("Promoted")


def test_a_product_from_further_down_the_ladder_stays_below() -> None:
    answer = ask(open_shop(), n=5)
    assert tell(answer, "id")[-1] == "tv"
    assert answer.items[-1].stickiness == 4.0


def test_what_is_not_for_sale_stays_away_however_sticky_it_is() -> None:
    catalogue = draw_catalogue("""
        item  | from | to   | channels | name
        red   |      |      |          |
        green |      |      |          |
        tv    | July |      |          |
    """)
    shop = Answers(replace(open_shop().snapshot, catalogue=catalogue))
    assert tell(ask(shop, n=9), "id") == ["green", "red"]


def test_a_next_page_has_no_stickiness() -> None:
    graph = draw_lists("key | target | together | alone\nweb home | plan | 9 | 9\nweb home | red | 8 | 9")
    answer = Answers(replace(open_shop().snapshot, next_click=graph)).next_click(["home"], n=2, channel="web")
    assert tell(answer, "id") == ["plan", "red"]
    assert set(tell(answer, "stickiness")) == {None}


def test_a_power_below_nothing_or_beyond_reason_is_refused() -> None:
    for power in (-1.0, 11.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="stickiness_power"):
            MerchandisingSettings(stickiness_power=power)
