"""Offerings: planned bundles as drafts of TM Forum's product catalogue, TMF620 v4."""

from collections.abc import Iterable
from datetime import datetime

import dataframely as dy
import polars as pl

from ingest import CHANNELS, Product

DRAFT = "In design"
"""Status of an offering that nobody can buy yet (life cycle of TMF620)."""
VERSION = "0.1"
Node = dict[str, object]


def write_offerings(plan: pl.DataFrame, products: dy.DataFrame[Product], now: datetime, currency: str) -> list[Node]:
    """Write each planned bundle (`BundlePlan` with `bundle` and `names`) as the draft of a ProductOffering.

    Its parts are references by the catalogue's item ids; its price is one amount, the same for everybody. Whether it
    recurs, tax and terms are not in our catalogue and are left for who finishes the draft.
    """
    sold = {row["item_id"]: row for row in products.iter_rows(named=True)}
    return [_write(row, sold, _stamp(now), currency) for row in plan.iter_rows(named=True)]


def _write(row: Node, sold: dict[str, Node], now: str, currency: str) -> Node:
    items = [str(item) for item in row["items"]]  # type: ignore[attr-defined]
    bundle = "+".join(items)
    return {
        "@type": "ProductOffering",
        "id": bundle,
        "name": row["names"],
        "description": _describe(row),
        "version": VERSION,
        "lastUpdate": now,
        "lifecycleStatus": DRAFT,
        "isBundle": True,
        "isSellable": True,
        "validFor": {"@type": "TimePeriod", "startDateTime": now},
        "channel": [{"@type": "ChannelRef", "id": name, "name": name} for name in _share_channels(items, sold)],
        "bundledProductOffering": [_refer(item, sold[item]) for item in items],
        "productOfferingPrice": [
            {
                "@type": "ProductOfferingPrice",
                "id": f"{bundle}-price",
                "name": "Bundle price",
                "version": VERSION,
                "lifecycleStatus": DRAFT,
                "isBundle": False,
                "price": {"@type": "Money", "unit": currency, "value": round(float(str(row["price"])), 2)},
            }
        ],
    }


def _refer(item: str, product: Node) -> Node:
    once = {"numberRelOfferDefault": 1, "numberRelOfferLowerLimit": 1, "numberRelOfferUpperLimit": 1}
    return {
        "@type": "BundledProductOffering",
        "id": item,
        "name": product["name"] or item,
        "bundledProductOfferingOption": {"@type": "BundledProductOfferingOption", **once},
    }


def _describe(row: Node) -> str:
    shares = {name: float(str(row[name])) for name in ("discount", "ratio")}
    advice = f"{shares['discount']:.0%} off" if row["advice"] == "discount" else "side by side, no discount"
    return (
        f"Draft: {advice}. Bought together in {row['baskets']} orders, {shares['ratio']:.1f} times as often as by "
        f"chance; {row['people_all']} of {row['people']} buyers buy all anyway. "
        f"A test needs {row['trial_people']} people."
    )


def _share_channels(items: Iterable[str], sold: dict[str, Node]) -> list[str]:
    """List the channels that sell all items."""
    allowed = [set(str(sold[item]["channels"] or " ".join(CHANNELS)).split()) for item in items]
    return [channel for channel in CHANNELS if all(channel in some for some in allowed)]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
