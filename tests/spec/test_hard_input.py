"""Bad input, as shops have it: each is answered as its users would expect, and what was done is said.

A basket of 10,000 items, negative prices, refunds (`C…` invoices), an item that left the catalogue, a catalogue with a
requires-cycle, one visitor with half of all events: one shop has them all, and is asked through the doors that
merchandisers and operators use.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lake import Lake
from tests.drawing import DAY_ONE
from tests.shell import Run, run

ORDERS = """
into = "orders"
channel = "web"
[fields]
order_id = "order"
item_id = "item"
ordered_at = "at"
customer_id = "who"
quantity = "pieces"
price = "price"
"""
PRODUCTS = """
into = "products"
[fields]
item_id = "item"
name = "name"
category = "category"
price = "price"
margin = "margin"
requires = "requires"
"""
EVENTS = """
into = "events"
channel = "web"
[fields]
visitor_id = "who"
item_id = "item"
occurred_at = "at"
name = "what"
"""
CATALOGUE = """item,name,category,price,margin,requires
phone,Phone X,handsets,900,300,
case,Case,cases,30,20,
film,Film,films,10,8,
plan,Plan L,plans,50,20,
router,Router,boxes,60,20,tv
tv,TV box,screens,80,20,router
"""
"""Router and TV box require each other; `old` has left."""
SETTINGS = """
[for_you]
models = ["rp3beta"]
[interactions]
most_items = 20
[evaluation.comparison]
resamples = 100
"""
PEOPLE = 60
WALK = [f"w{number:02}" for number in range(40)]
"""What nobody looks at but the visitor who walks the whole shelf."""


class Shop(NamedTuple):
    """A shop with all the bad input, and what was said while it was read and trained from."""

    lake: Path
    settings: Path
    orders: Any
    catalogue: Any
    trained: Any

    def ask(self, *words: object) -> Run:
        return run(*words, "--lake", self.lake, settings=self.settings)

    def show(self, *words: str) -> list[str]:
        """Ask for a list as a page does."""
        return [item["item_id"] for item in run("recommend", *words, "--lake", self.lake, "--json").document["items"]]


def sell() -> list[str]:
    """Sell phones with cases to some, with `old` film to others; and take back, cheat, and sell wholesale."""
    lines = []
    for person in range(PEOPLE):
        bought = [("phone", "case", "film"), ("phone", "case", "old"), ("film",), ("plan",)][person % 4]
        at = f"2026-03-{2 + person % 8:02}T09:{person:02}:00Z"
        lines += [f"O{person},{item},{at},p{person},1,{900 if item == 'phone' else 30}" for item in bought]
    lines += [f"W{order},x{item},2026-03-05T10:00:00Z,dealer{order},1,5" for order in (1, 2) for item in range(10_000)]
    lines += ["N1,phone,2026-03-06T10:00:00Z,p1,1,-900", "N2,case,2026-03-06T10:00:00Z,p1,0,30"]
    lines += ["C536379,case,2026-03-07T10:00:00Z,p0,-1,30", "C536380,tv,2026-03-07T10:00:00Z,p0,-1,80"]
    return lines


def visit() -> list[str]:
    """Let sixty people look at what they buy, and one visitor make as many events again, on the whole shelf."""
    rows = []
    for person in range(PEOPLE):
        shown = [("phone", "case", "film"), ("phone", "case", "old"), ("router", "tv"), ("plan", "film")][person % 4]
        for day in (0, 4, 9):
            start = DAY_ONE + timedelta(days=day, hours=8, minutes=person)
            rows += [(f"p{person}", item, start + timedelta(seconds=20 * n)) for n, item in enumerate(shown)]
    paces = range(len(rows))
    rows += [("walker", WALK[n % len(WALK)], DAY_ONE + timedelta(minutes=31 * n)) for n in paces]
    return [f"{who},{item},{at:%Y-%m-%dT%H:%M:%SZ},view_item" for who, item, at in rows]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = tmp_path_factory.mktemp("shop")
    settings = folder / "echannel.toml"
    settings.write_text(SETTINGS)
    texts = {
        "orders": (ORDERS, ["order,item,at,who,pieces,price", *sell()]),
        "catalogue": (PRODUCTS, CATALOGUE.strip().splitlines()),
        "events": (EVENTS, ["who,item,at,what", *visit()]),
    }
    read = {}
    for name, (mapping, lines) in texts.items():
        (folder / f"{name}.toml").write_text(mapping)
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
        words = ("ingest", folder / f"{name}.csv", "--format", "csv", "--map", folder / f"{name}.toml", "--finished")
        read[name] = run(*words, "--lake", folder / "lake", "--json", settings=settings).document
    trained = run("train", "--lake", folder / "lake", "--json", settings=settings).document
    return Shop(folder / "lake", settings, read["orders"], read["catalogue"], trained)


def pairs(report: Any) -> dict[tuple[str, str], int]:
    return {(row["item_a"], row["item_b"]): row["baskets"] for row in report["rows"]}


class TestABasketOfTenThousandItems:
    def test_ties_nothing_together_and_the_notes_say_how_many_were_set_aside(self, shop: Shop) -> None:
        for name in ("also-bought", "rules", "bundles"):
            report = shop.ask("report", name, "--json").document
            assert "baskets of too many items: 2" in report["note"]
            assert "x17" not in str(report["rows"])

    def test_that_somebody_lets_count_is_refused_with_where_and_how_to_mend_it(
        self, shop: Shop, tmp_path: Path
    ) -> None:
        """Two equal ones are 50 million pairs; here a million may be told, so that it takes a second."""
        raised = tmp_path / "echannel.toml"
        raised.write_text(SETTINGS + "[evidence]\nmost_items = 20_000\n[pairs]\nmost_pairs = 1_000_000\n")
        for words in (("report", "also-bought"), ("plan", "bundles")):
            said = run(*words, "--lake", shop.lake, settings=raised, code=3).err
            assert "[pairs]: more than 1,000,000 pairs of items came together in 2 baskets or more" in said
            assert "[evidence] most_items" in said


class TestNegativePrices:
    def test_are_kept_out_while_they_are_read_and_counted(self, shop: Shop) -> None:
        """And so is a line of no pieces, which says nothing."""
        assert shop.orders["reasons"] == {"bad_value": 2}

    def test_can_be_looked_at(self, shop: Shop) -> None:
        listed = shop.ask("quarantine", "--json").document
        assert "-900" in str(listed)


class TestRefunds:
    def test_take_back_the_order_that_they_mean(self, shop: Shop) -> None:
        """Thirty bought phone and case, and one gave the case back."""
        assert pairs(shop.ask("report", "also-bought", "--json").document)["case", "phone"] == 29

    def test_are_said_with_those_whose_order_is_not_found(self, shop: Shop) -> None:
        note = shop.ask("report", "also-bought", "--json").document["note"]
        assert "returns, with what they take back: 1; returns whose order is not found: 1" in note

    def test_after_the_last_days_begin_are_unknown_to_the_plan_that_is_rehearsed_on_them(self, shop: Shop) -> None:
        assert shop.ask("plan", "bundles", "--rehearse", "--json").document["report"] == "bundles-rehearsal"


class TestAnItemThatLeftTheCatalogue:
    def test_stays_in_what_merchandisers_read(self, shop: Shop) -> None:
        assert pairs(shop.ask("report", "also-bought", "--json").document)["old", "phone"] == 15

    def test_is_in_no_bundle_and_the_plan_says_why(self, shop: Shop) -> None:
        left = shop.ask("plan", "bundles", "--part", "left-out", "--json").document["rows"]
        assert {row["reason"] for row in left if "old" in row["bundle"]} == {"not on sale"}

    @pytest.mark.parametrize("words", [("also-viewed", "phone"), ("also-bought", "phone"), ("for-you", "p1")])
    def test_is_shown_to_nobody(self, shop: Shop, words: tuple[str, str]) -> None:
        assert shop.show(*words)
        assert "old" not in shop.show(*words)

    def test_may_still_be_asked_about(self, shop: Shop) -> None:
        assert shop.show("also-bought", "old")[0] in ("phone", "case")


class TestACatalogueWithACircleOfRequirements:
    def test_is_said_by_ingest_and_by_train_with_how_to_mend_it(self, shop: Shop) -> None:
        for notices in (shop.catalogue["notices"], shop.trained["notices"]):
            (told,) = [notice for notice in notices if "circle" in notice]
            assert "router, tv require each other" in told
            assert "Take one `requires` out" in told

    def test_shows_each_beside_the_other_alone(self, shop: Shop) -> None:
        assert shop.show("also-viewed", "router")[0] == "tv"
        assert not {"router", "tv"} & set(shop.show("also-viewed", "phone"))


class TestOneVisitorWithHalfOfAllEvents:
    def test_is_one_of_many_in_what_is_popular(self, shop: Shop) -> None:
        events = Lake(shop.lake).scan("events").collect()
        busiest = events.group_by("visitor_id").len().sort("len", descending=True)
        assert busiest["len"][0] * 2 == events.height
        assert events["robot"].null_count() == events.height, "no rule knows it for a robot"
        assert not set(WALK) & set(shop.show("for-you", "a stranger"))

    def test_counts_with_the_items_they_care_for_most_and_train_says_so(self, shop: Shop) -> None:
        (told,) = [notice for notice in shop.trained["notices"] if "most_items" in notice]
        assert told.startswith("1 people count with the 20 products alone that they care for most")

    def test_turns_nobody_elses_list(self, shop: Shop) -> None:
        assert not set(WALK) & set(shop.show("for-you", "p0"))

    def test_is_in_the_pairs_with_the_latest_sessions_and_the_note_says_so(self, shop: Shop) -> None:
        note = shop.ask("report", "also-viewed", "--json").document["note"]
        assert "baskets of people who come very often" in note
