"""The shop that the pages' answers come from: four products, drawn by hand."""

import numpy as np

from serving import (
    PINNED,
    PLANNED,
    Catalogue,
    Histories,
    ItemFactors,
    PageLayouts,
    PlacedItem,
    RankedLists,
    Report,
    ReportColumn,
    Snapshot,
    Text,
    encode_report,
)

MADE_AT = "2026-03-30T00:00:00+08:00"
NOW_SECONDS = 1_774_800_000
NAMES = {"BB-02": "融合宽带 500M", "HS-07": "全面屏手机 X7", "PL-12": "畅享套餐 159元", "VA-05": "碎屏保障"}
TASTES = np.array([[0.9, 0.1], [0.1, 0.9], [0.5, 0.5], [0.2, 0.8]])
"""What the four are like: one to stay at home with, three to carry along."""


def make_shop() -> Snapshot:
    """Make the shop's snapshot: its lists, its taste model and one report."""
    return Snapshot(
        also_viewed=_draw_lists([("HS-07", "VA-05", 466, 1201), ("HS-07", "PL-12", 222, 1201)]),
        also_bought=_draw_lists([("HS-07", "VA-05", 198, 274), ("HS-07", "PL-12", 24, 274)]),
        bought_after_viewing=_draw_lists([("HS-07", "VA-05", 102, 431), ("HS-07", "PL-12", 64, 431)]),
        next_click=_draw_lists([("app\tproduct", "category", 5871, 11368), ("app\tproduct", "cart", 2581, 11368)]),
        next_item=_draw_lists([("PL-12", "HS-07", 640, 1322), ("PL-12", "BB-02", 388, 1322)]),
        popular=_draw_lists([("all", "PL-12", 1420, 5117), ("all", "HS-07", 1201, 5117), ("all", "BB-02", 890, 5117)]),
        trending=_draw_lists([("all", "HS-07", 96, 402)]),
        for_you=ItemFactors.from_rows(np.array(list(NAMES)), TASTES, regularization=1.0),
        histories=Histories.from_rows(["visitor:d500857c"], ["HS-07"], [3.0]),
        layouts=_draw_layouts(),
        catalogue=_draw_catalogue(),
        reports={"abandonment": encode_report(_write_report())},
    )


def _draw_lists(rows: list[tuple[str, str, int, int]]) -> RankedLists:
    """Draw lists: key, target, together, alone; the score is their share."""
    keys, targets, together, alone = zip(*rows, strict=True)
    share = np.divide(together, alone)
    return RankedLists.from_rows(keys, targets, score=share, together=together, alone=alone)


def _draw_layouts() -> PageLayouts:
    """Draw a page of three slots, the first of them fixed; nothing changes places, whatever the version."""
    slots = [("top:1", "HS-07", False, PINNED, 61.0), ("top:2", "PL-12", True, PLANNED, 48.0)]
    rows = [*slots, ("top:3", "VA-05", False, PLANNED, 17.0)]
    return PageLayouts.from_rows([PlacedItem("home", *row) for row in rows], share=0.0)


def _draw_catalogue() -> Catalogue:
    always = [None] * len(NAMES)
    return Catalogue.from_rows(
        list(NAMES), on_sale_from=always, on_sale_to=always, channels=always, names=list(NAMES.values())
    )


def _write_report() -> Report:
    return Report(
        "abandonment",
        Text("Where customers give up", "客户何时放弃"),
        Text("Given up after 24 hours of silence.", "静默超过 24 小时视为放弃。"),
        [
            ReportColumn("stage", Text("Given up at", "放弃环节")),
            ReportColumn("share", Text("Share", "放弃率"), "share"),
        ],
        [["delivery", 0.66]],
    )
