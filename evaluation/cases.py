"""Cases: the questions that lists are judged by, and what was right.

They hold no model and no answer: the front door asks a model each question, and the comparison marks what it said.
"""

import dataframely as dy
import msgspec
import numpy as np
import polars as pl

from ingest import Sessioned

INTEREST = ("view_item", "add_to_wishlist", "add_to_cart", "purchase")
"""Events by which a person shows interest in an item."""


class CaseSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many questions are asked, and how far they look."""

    most_cases: int = 20_000
    """Cases of one task; more are thinned out by chance. Enough to tell differences of half a percent point."""
    seed: int = 42
    """Seed of that chance."""
    context: int = 10
    """Pages before the click that are told to the model, the latest ones. No model of ours looks further back."""
    look_ahead: int = 20
    """Items viewed later in the session that count as right, the next ones."""

    def __post_init__(self) -> None:
        """Refuse numbers below their least, all at once."""
        least = {"most_cases": 1, "seed": 0, "context": 1, "look_ahead": 1}
        below = [(name, getattr(self, name)) for name, low in least.items() if getattr(self, name) < low]
        if below:
            faults = "; ".join(f"`{name}` is {value}: give {least[name]} or more" for name, value in below)
            raise ValueError(f"The settings of the evaluation's cases are wrong: {faults}.")


class Case(dy.Schema):
    """One question, and what was right."""

    unit = dy.String(
        nullable=False, description="Whose it is: cases of one person, or basket, are no separate evidence"
    )
    relevant = dy.List(dy.String(), nullable=False, min_length=1, description="What was right, each once")


class NextClickCase(Case):
    """One click within a session: the pages before it, and the page that followed."""

    channel = dy.String(nullable=False, description="Channel of the click")
    pages = dy.List(dy.String(), nullable=False, min_length=1, description="Pages before, the latest last, no repeats")


class NextItemCase(Case):
    """One item viewed within a session: the items viewed before, and the one that followed."""

    channel = dy.String(nullable=False, description="Channel of the view")
    items = dy.List(dy.String(), nullable=False, min_length=1, description="Items before, the latest last, no repeats")


class AlsoViewedCase(Case):
    """One item's first view in a session, and the other items first viewed later in that session."""

    channel = dy.String(nullable=False, description="Channel of the view")
    item_id = dy.String(nullable=False, description="The item viewed")


class AlsoBoughtCase(Case):
    """One item of a basket of two or more: that item held out, and the others."""

    channel = dy.String(nullable=False, description="Channel on which the item was bought that is held out")
    items = dy.List(dy.String(), nullable=False, min_length=1, description="The items that are told, sorted")


class BoughtAfterViewingCase(Case):
    """One item that a person looked at before an order, and the other items of that order."""

    channel = dy.String(nullable=False, description="Channel of the look")
    item_id = dy.String(nullable=False, description="The item looked at")


class ForYouCase(Case):
    """One person who was known before, and the items they cared for afterwards."""

    person_id = dy.String(primary_key=True, description="The customer if known, else the visitor")


def ask_next_click(
    test: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: CaseSettings
) -> dy.DataFrame[NextClickCase]:
    """Ask, for each click of the people's sessions, which page comes after the pages before.

    Rows without a page are skipped, and a page that follows itself is one click. Sorted by session and step.
    """
    return NextClickCase.cast(_ask_next(test.lazy().filter(pl.col("page").is_not_null()), "page", "pages", settings))


def ask_next_item(
    test: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: CaseSettings
) -> dy.DataFrame[NextItemCase]:
    """Ask, for each item viewed in the people's sessions, which item comes after those before.

    A view is an event `view_item` with an item; an item that follows itself is one view. Sorted by session and step.
    """
    views = test.lazy().filter(pl.col("name") == "view_item", pl.col("item_id").is_not_null())
    return NextItemCase.cast(_ask_next(views, "item_id", "items", settings))


def ask_also_viewed(
    test: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], settings: CaseSettings
) -> dy.DataFrame[AlsoViewedCase]:
    """Ask, for each item that a person viewed, which other items they went on to in that session.

    A view is an event `view_item` with an item; each item's first in the session counts. Sorted by session and step.
    """
    views = test.lazy().filter(pl.col("name") == "view_item", pl.col("item_id").is_not_null())
    firsts = _sort_steps(views).unique(["session_id", "item_id"], keep="first", maintain_order=True)
    places = _place(firsts.collect())
    asked = thin_out(places.filter(pl.col("place") + 1 < pl.col("end")), settings)
    ahead = pl.min_horizontal("end", pl.col("place") + 1 + settings.look_ahead)
    after = pl.int_ranges(pl.col("place") + 1, ahead)
    cases = asked.with_columns(relevant=_list(asked, after, places["item_id"]))
    return AlsoViewedCase.cast(cases.rename({"person_id": "unit"}))


def ask_also_bought(sightings: pl.DataFrame, settings: CaseSettings) -> dy.DataFrame[AlsoBoughtCase]:
    """Ask, for each item of each basket of two or more, which one was held out, given the others.

    `sightings` has one row for each item of a basket, as often as it was bought there: `basket`, `item_id` and
    `channel`. Every item is held out once, so that chance has no part in it, and asked for on the channel where it was
    bought; the basket is the unit. Sorted by basket and item.
    """
    items = sightings.group_by("basket", "item_id").agg(pl.col("channel").min()).sort("basket", "item_id")
    others = pl.col("items").list.set_difference(pl.concat_list("item_id")).list.sort()
    cases = items.join(items.group_by("basket").agg(items="item_id"), on="basket", maintain_order="left").select(
        "channel", unit="basket", items=others, relevant=pl.concat_list("item_id")
    )
    return AlsoBoughtCase.cast(thin_out(cases.filter(pl.col("items").list.len() > 0), settings))


def ask_bought_after_viewing(sightings: pl.DataFrame, settings: CaseSettings) -> dy.DataFrame[BoughtAfterViewingCase]:
    """Ask, for each item that a person looked at before an order, which other items the order held.

    `sightings` has one row for each item of an order's basket: `basket`, `item_id`, `channel`, `person_id`, and whether
    it was looked at (`asked`) or bought (`told`). The person is the unit. Sorted by basket, item and channel.
    """
    bought = sightings.filter("told").select("basket", relevant="item_id").unique()
    looks = sightings.filter("asked").select("basket", "item_id", "channel", unit="person_id").unique()
    asked = looks.join(bought, on="basket").filter(pl.col("item_id") != pl.col("relevant"))
    cases = asked.group_by("basket", "item_id", "channel", "unit").agg(pl.col("relevant").sort())
    return BoughtAfterViewingCase.cast(thin_out(cases.sort("basket", "item_id", "channel", "unit"), settings))


def ask_for_you(
    train: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    test: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned],
    settings: CaseSettings,
    *,
    new_only: bool = False,
) -> dy.DataFrame[ForYouCase]:
    """Ask, for each person with a past, which items they then cared for: to care is to view, keep, cart or buy.

    What they had bought before is no answer. With `new_only` neither is what they had cared for before: that asks how
    well a list helps to discover, and is much harder. Sorted by person.
    """
    past, future = _find_interests(train), _find_interests(test)
    known = past if new_only else past.filter(pl.col("bought"))
    asked = future.join(known, on=["person_id", "item_id"], how="anti").join(past, on="person_id", how="semi")
    cases = asked.group_by("person_id").agg(relevant=pl.col("item_id").sort()).sort("person_id").collect()
    return ForYouCase.cast(thin_out(cases, settings).with_columns(unit="person_id"))


def _ask_next(rows: pl.LazyFrame, column: str, told: str, settings: CaseSettings) -> pl.DataFrame:
    """Ask for each value of a column that follows another in its session, given those before."""
    clicks = _sort_steps(rows).filter(_changes("session_id") | _changes(column))
    places = _place(clicks.collect())
    asked = thin_out(places.filter(pl.col("place") > pl.col("begin")), settings)
    before = pl.int_ranges(pl.max_horizontal("begin", pl.col("place") - settings.context), "place")
    listed = _list(asked, before, places[column]).alias(told)
    return asked.with_columns(listed, relevant=pl.concat_list(column)).rename({"person_id": "unit"})


def _sort_steps(sessioned: pl.LazyFrame) -> pl.LazyFrame:
    people = sessioned.filter(pl.col("robot").is_null())
    return people.select("session_id", "step", "person_id", "channel", "page", "item_id").sort("session_id", "step")


def _changes(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift(1))


def _place(rows: pl.DataFrame) -> pl.DataFrame:
    """Number the rows from 0, and tell where each row's session begins and ends (the place after its last row)."""
    runs = rows["session_id"].rle()
    lengths = runs.struct.field("len").cast(pl.Int64)
    ends = lengths.cum_sum()
    sessions = rows["session_id"].rle_id()
    return rows.with_columns(
        place=pl.int_range(pl.len(), dtype=pl.Int64),
        begin=(ends - lengths).gather(sessions),
        end=ends.gather(sessions),
    )


def thin_out(cases: pl.DataFrame, settings: CaseSettings) -> pl.DataFrame:
    """Draw the cases that are asked, in their order."""
    if cases.height <= settings.most_cases:
        return cases
    drawn = np.random.default_rng(settings.seed).choice(cases.height, settings.most_cases, replace=False)
    return cases[np.sort(drawn)]


def _list(cases: pl.DataFrame, places: pl.Expr, values: pl.Series) -> pl.Series:
    """Look up a list of values for each case from a list of places, none of them empty."""
    found = cases.select(case=pl.int_range(pl.len()), place=places).explode("place")
    looked_up = found.select("case", value=values.gather(found["place"]))
    return looked_up.group_by("case", maintain_order=True).agg("value")["value"]


def _find_interests(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> pl.LazyFrame:
    """Find the items that each person cared for, and whether they bought them."""
    cared = sessioned.lazy().filter(
        pl.col("name").is_in(INTEREST), pl.col("item_id").is_not_null(), pl.col("robot").is_null()
    )
    return cared.group_by("person_id", "item_id").agg(bought=(pl.col("name") == "purchase").any())
