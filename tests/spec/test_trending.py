"""What trends: more people care for it than usually do; and what a new item falls back to."""

from datetime import timedelta

import numpy as np
import pytest

from ingest import Product
from recommend import TrendSettings, rank_alike, rank_risen, rank_trending
from serving import RankedLists
from tests.drawing import DAY_ONE, make_events
from tests.shop_baskets import catalogue

NOW = DAY_ONE + timedelta(days=32)
SHOP = catalogue("""
    item  | category
    plan  | plan
    pack  | pack
    phone | handset
    tv    | tv
""")


def look(counts: dict[str, int], days: int, upto: int = 0, **columns: str) -> list[dict[str, object]]:
    """Let so many people a day look at each item, on so many days, the last of them `upto` days ago."""
    return [
        {
            "visitor_id": f"{item}-{day}-{person}-{columns.get('channel')}",
            "item_id": item,
            "name": "view_item",
            "occurred_at": NOW - timedelta(days=upto + day, hours=person % 23 + 1),
            **columns,
        }
        for item, people in counts.items()
        for day in range(days)
        for person in range(people)
    ]


def rank(rows: list[dict[str, object]], products=SHOP, **settings: float) -> RankedLists:
    return rank_trending(make_events(rows), products, TrendSettings(**settings), NOW)


def listed(lists: RankedLists, key: str) -> list[str]:
    return lists.targets[lists.rank_targets(key).target].tolist()


USUAL = look({"plan": 40, "phone": 10}, days=28, upto=4)


def test_what_is_as_popular_as_ever_is_no_trend() -> None:
    assert len(rank(USUAL + look({"plan": 40, "phone": 10}, days=4)).keys) == 0


def test_a_trend_is_no_popularity() -> None:
    """The plan is looked at by more people still, but the phone by three times as many as usual."""
    assert listed(rank(USUAL + look({"plan": 40, "phone": 30}, days=4)), "all") == ["phone"]


def test_more_visitors_of_everything_are_no_trend() -> None:
    assert len(rank(USUAL + look({"plan": 80, "phone": 20}, days=4)).keys) == 0


def test_what_was_new_three_days_ago_counts_less_than_what_is_new_today() -> None:
    usual = look({"plan": 40, "phone": 10, "tv": 10}, days=28, upto=4)
    then, today = look({"tv": 40}, days=1, upto=3), look({"phone": 40}, days=1)
    lists = rank(usual + look({"plan": 40, "phone": 10, "tv": 10}, days=4) + then + today)
    assert listed(lists, "all")[0] == "phone"


def test_five_visitors_of_a_rare_item_are_no_trend_and_fifty_are() -> None:
    few, many = look({"plan": 40, "tv": 1}, days=4), look({"plan": 40, "tv": 12}, days=4)
    assert listed(rank(USUAL + few), "all") == []
    assert listed(rank(USUAL + many), "all") == ["tv"]
    assert rank(USUAL + many).rank_targets("all").together.tolist() == [48]


def test_one_visitor_with_half_of_all_events_is_one_visitor() -> None:
    fan = [
        {"visitor_id": "fan", "item_id": "tv", "name": "view_item", "occurred_at": NOW - timedelta(minutes=minute)}
        for minute in range(400)
    ]
    assert listed(rank(USUAL + look({"plan": 40, "phone": 10}, days=4) + fan), "all") == []


def test_each_channel_and_category_has_trends_of_its_own() -> None:
    usual = look({"plan": 40, "phone": 10}, 28, 4, channel="web") + look(
        {"plan": 40, "phone": 10}, 28, 4, channel="app"
    )
    lists = rank(
        usual + look({"plan": 40, "phone": 40}, 4, channel="app") + look({"plan": 40, "phone": 10}, 4, channel="web")
    )
    assert listed(lists, "app") == ["phone"]
    assert listed(lists, "web") == []
    assert listed(lists, "all\thandset") == [], "of its category it is all there is, as ever"


def test_what_rose_after_a_moment_is_told_from_the_days_after_it_alone() -> None:
    """The tv rose before, and is as popular as ever since; the phone rises since."""
    usual = look({"plan": 40, "phone": 10, "tv": 10}, days=32, upto=4)
    rows = make_events(usual + look({"tv": 40}, days=2, upto=5) + look({"plan": 40, "phone": 30, "tv": 10}, days=4))
    since = NOW - timedelta(days=4)
    risen = rank_risen(rows, SHOP, TrendSettings(), since, NOW)
    assert listed(rank_trending(rows, SHOP, TrendSettings(), since), "all") == ["tv"]
    assert listed(risen, "all") == ["phone"]
    assert listed(rank_risen(rows, SHOP, TrendSettings(), since, NOW - timedelta(days=2)), "all") == ["phone"]
    assert listed(rank_risen(rows, SHOP, TrendSettings(), since, since), "all") == []


def test_nothing_trends_where_nothing_came_before() -> None:
    assert len(rank(look({"plan": 40, "phone": 10}, days=4)).keys) == 0
    assert len(rank([]).keys) == 0


@pytest.mark.parametrize("seed", range(3))
def test_chance_alone_makes_hardly_a_trend(seed: int) -> None:
    """Sixty items, each looked at as often as ever but for chance: one in forty is what the interval promises."""
    chance = np.random.default_rng(seed)
    rows = [
        {
            "visitor_id": f"v{number}",
            "item_id": f"i{item:02}",
            "name": "view_item",
            "occurred_at": NOW - timedelta(hours=float(hours)),
        }
        for number, (item, hours) in enumerate(
            zip(chance.integers(60, size=12_000), chance.uniform(0, 32 * 24, size=12_000), strict=True)
        )
    ]
    assert len(listed(rank(rows, Product.create_empty()), "all")) <= 3


def test_wrong_settings_are_refused_with_all_their_faults() -> None:
    with pytest.raises(ValueError, match=r"half_life_hours.*base_days.*prior_people"):
        TrendSettings(half_life_hours=0, base_days=0, prior_people=0)


PHONES = catalogue("""
    item | category | attributes
    x1   | handset  | brand=Acme 5g
    x2   | handset  | brand=Acme 4g
    y1   | handset  | brand=Bolt 5g
    p1   | plan     | 5g
    p2   | plan     | 4g
    old  | plan     |
""")


class TestLikeness:
    def test_a_new_item_is_like_those_that_share_most_of_its_rarer_words(self) -> None:
        alike = rank_alike(PHONES)
        assert listed(alike, "x1") == ["x2", "y1", "p1"]
        ranking = alike.rank_targets("x1")
        assert (ranking.together.tolist(), ranking.alone) == ([2, 2, 1], 3)

    def test_what_the_catalogue_says_nothing_of_is_like_nothing(self) -> None:
        assert listed(rank_alike(PHONES), "old") == []
        assert len(rank_alike(SHOP).keys) == 0
        assert len(rank_alike(Product.create_empty()).keys) == 0

    def test_a_word_that_all_bear_says_nothing(self) -> None:
        same = catalogue("item | category | attributes\na | plan | 5g\nb | plan | 5g\n")
        assert len(rank_alike(same).keys) == 0

    def test_scores_are_cosines(self) -> None:
        alike = rank_alike(PHONES)
        words = {
            "x1": {"brand=Acme", "5g", "category=handset"},
            "x2": {"brand=Acme", "4g", "category=handset"},
            "y1": {"5g", "category=handset"},
            "p1": {"5g", "category=plan"},
            "p2": {"4g", "category=plan"},
        }
        rarity = {w: np.log(5 / sum(w in own for own in words.values())) ** 2 for own in words.values() for w in own}
        length = {item: np.sqrt(sum(rarity[word] for word in own)) for item, own in words.items()}
        for item, own in words.items():
            row = alike.rank_targets(item)
            for other, score in zip(alike.targets[row.target].tolist(), row.score.tolist(), strict=True):
                cosine = sum(rarity[word] for word in own & words[other]) / length[item] / length[other]
                assert score == pytest.approx(cosine, rel=1e-5)
