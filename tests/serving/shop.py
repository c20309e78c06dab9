"""A small shop whose answers can be worked out by hand, drawn as tables."""

import numpy as np

from serving import (
    PINNED,
    PLANNED,
    Answer,
    Catalogue,
    Histories,
    ItemFactors,
    ItemStickiness,
    Ladders,
    Links,
    NeighbourSettings,
    PageLayouts,
    PastSessions,
    PlacedItem,
    RankedLists,
    Report,
    ReportColumn,
    Snapshot,
    Text,
    encode_report,
)

MAY, JUNE, JULY = 1_777_593_600_000, 1_780_272_000_000, 1_782_864_000_000
"""The first moments of three months of 2026, UTC, in milliseconds."""


def read_table(drawing: str) -> list[list[str]]:
    """Read the rows of a drawn table: cells between bars, the first row the titles."""
    lines = [line.strip() for line in drawing.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines[1:]]


def draw_lists(drawing: str) -> RankedLists:
    """Draw lists: key, target, together, alone; the score is their share."""
    rows = read_table(drawing)
    keys, targets = [row[0].replace(" ", "\t") for row in rows], [row[1] for row in rows]
    together, alone = [int(row[2]) for row in rows], [int(row[3]) for row in rows]
    share = [hits / trials for hits, trials in zip(together, alone, strict=True)]
    return RankedLists.from_rows(keys, targets, score=share, together=together, alone=alone)


def draw_sessions(drawing: str, channel: str = "", **settings: float) -> PastSessions:
    """Draw past sessions, the oldest first: one a line, its clicks separated by blanks."""
    walks = [line.split() for line in drawing.strip().splitlines()]
    clicks = [f"{channel}\t{click}" if channel else click for walk in walks for click in walk]
    keys = sorted(set(clicks))
    number = [place for place, walk in enumerate(walks) for _ in walk]
    return PastSessions.from_codes(keys, number, [keys.index(click) for click in clicks], NeighbourSettings(**settings))


def draw_histories(drawing: str) -> Histories:
    """Draw histories: person, item, weight."""
    rows = read_table(drawing)
    return Histories.from_rows([row[0] for row in rows], [row[1] for row in rows], [float(row[2]) for row in rows])


def draw_catalogue(drawing: str) -> Catalogue:
    """Draw a catalogue: item, from, to, channels, name; an empty cell is open."""
    rows = read_table(drawing)
    months = {"": None, "May": MAY, "June": JUNE, "July": JULY}
    return Catalogue.from_rows(
        [row[0] for row in rows],
        on_sale_from=[months[row[1]] for row in rows],
        on_sale_to=[months[row[2]] for row in rows],
        channels=[row[3] or None for row in rows],
        names=[row[4] or None for row in rows],
    )


def draw_links(drawing: str) -> Links:
    """Draw links: item, and its names separated by blanks."""
    return Links.from_names({row[0]: frozenset(row[1].split()) for row in read_table(drawing)})


def make_report(name: str = "abandonment") -> Report:
    return Report(
        name,
        Text("Where orders were given up", "订单在哪里放弃"),
        Text("People only.", "仅统计真人。"),
        [ReportColumn("stage", Text("Stage", "阶段")), ReportColumn("value_left", Text("Value", "金额"), "money")],
        [["delivery", 120.5], ["cart", None]],
    )


def ids(answer: Answer) -> list[str]:
    return [item.id for item in answer.items]


def rungs(answer: Answer) -> list[str]:
    return [item.rung for item in answer.items]


ALSO_VIEWED = draw_lists("""
    key   | target    | together | alone
    plan  | phone     | 40       | 100
    plan  | insurance | 20       | 100
    plan  | broadband | 3        | 100
    phone | insurance | 60       | 90
    phone | plan      | 40       | 90
""")

BOUGHT_AFTER_VIEWING = draw_lists("""
    key       | target    | together | alone
    phone     | insurance | 20       | 80
    phone     | plan      | 16       | 80
    web phone | broadband | 15       | 50
""")

ALSO_BOUGHT = draw_lists("""
    key       | target    | together | alone
    phone     | insurance | 30       | 60
    phone     | plan      | 12       | 60
    broadband | plan      | 12       | 20
""")

NEXT_CLICK = draw_lists("""
    key       | target  | together | alone
    web home  | plans   | 50       | 100
    web home  | (exit)  | 30       | 100
    web home  | help    | 20       | 100
    app home  | plans   | 10       | 300
    app home  | account | 90       | 300
    web plans | home    | 15       | 60
""")

PAGE_RULES = draw_lists("""
    key       | target  | together | alone
    app plans | account | 30       | 60
    app plans | home    | 15       | 60
""")

NEXT_ITEM = draw_lists("""
    key   | target    | together | alone
    plan  | phone     | 30       | 50
    plan  | broadband | 20       | 50
""")

ITEM_RULES = draw_lists("""
    key       | target    | together | alone
    plan      | insurance | 25       | 40
    broadband | phone     | 11       | 20
""")

POPULAR = draw_lists("""
    key | target    | together | alone
    all | plan      | 500      | 1000
    all | phone     | 400      | 1000
    all | insurance | 300      | 1000
    all | broadband | 200      | 1000
    app | broadband | 90       | 100
    web | phone     | 70       | 200
""")

LAYOUTS = PageLayouts.from_rows(
    [
        PlacedItem("home", "top", "phone", False, PINNED, 80.0),
        PlacedItem("home", "left", "plan", True, PLANNED, 41.6),
        PlacedItem("home", "right", "insurance", False, PLANNED, 20.2),
        PlacedItem("plans", "only", "plan", False, PLANNED, 9.0),
    ],
    share=0.5,
)

TRENDING = draw_lists("""
    key      | target    | together | alone
    all      | broadband | 44       | 100
    web      | insurance | 20       | 50
    all plan | plan      | 30       | 60
""")

ALIKE = draw_lists("""
    item  | like it | words | of its own
    fresh | phone  | 3     | 4
""")

CATALOGUE = draw_catalogue("""
    item      | from | to   | channels | name
    plan      |      |      |          | 畅享套餐
    phone     |      |      |          | Phone X
    insurance | May  | July |          |
    broadband |      |      | web wap  | 宽带
""")


def make_shop(*, model_version: str = "unpublished") -> Snapshot:
    """Make the shop: two plans, a phone, its insurance and a broadband line."""
    factors = np.array([[1.0, 0.0], [0.1, 1.2], [0.9, 0.2], [0.0, 1.0]], dtype=np.float32)
    return Snapshot(
        also_viewed=ALSO_VIEWED,
        also_bought=ALSO_BOUGHT,
        bought_after_viewing=BOUGHT_AFTER_VIEWING,
        next_click=NEXT_CLICK,
        page_sessions=draw_sessions("home plans account\nhome account\nplans account home", "app"),
        page_rules=PAGE_RULES,
        next_item=NEXT_ITEM,
        item_sessions=draw_sessions("plan phone insurance\nphone insurance\nbroadband plan phone", target_power=0.0),
        item_rules=ITEM_RULES,
        ladders=Ladders.from_choices({("next_click", "web"): ("graph",), ("next_item", "wap"): ("rules", "graph")}),
        popular=POPULAR,
        trending=TRENDING,
        alike=ALIKE,
        stickiness=ItemStickiness.from_rows(["plan", "phone"], [1.25, 0.8]),
        for_you=ItemFactors.from_rows(
            np.array(["plan", "phone", "broadband", "insurance"]), factors, regularization=0.5, alpha=10.0
        ),
        histories=draw_histories("""
            person         | item      | weight
            visitor:anna   | plan      | 2
            customer:anna  | broadband | 1
            visitor:ben    | phone     | 3
        """),
        owned=draw_histories("""
            person         | item | weight
            customer:anna  | plan | 1
        """),
        layouts=LAYOUTS,
        catalogue=CATALOGUE,
        reports={"abandonment": encode_report(make_report())},
        model_version=model_version,
    )
