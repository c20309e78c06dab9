"""Recovery: which carts that were left were bought after all, and when."""

from datetime import timedelta

import polars as pl


def list_bought(rounds: pl.DataFrame, left: pl.LazyFrame) -> pl.DataFrame:
    """List what was bought: `person_id`, `item_id` and `bought_at`, sorted by time.

    A purchase that names no item bought what the cart held (`left`); where nothing is known to be in it, its item stays
    null: it may have been anything.
    """
    purchases = rounds.lazy().filter(pl.col("stage") == "purchase").rename({"occurred_at": "bought_at"})
    held = left.select("journey", held_item="item_id")
    return (
        purchases.join(held, on="journey", how="left")
        .select("person_id", "bought_at", item_id=pl.coalesce("item_id", "held_item"))
        .unique()
        .sort("bought_at", "person_id", "item_id")
        .collect()
    )


def find_recoveries(carts: pl.DataFrame, left: pl.LazyFrame, bought: pl.DataFrame, within: timedelta) -> pl.LazyFrame:
    """Find when each cart was recovered, and the worth of what was then bought; no row for a cart never recovered.

    `carts` has `journey`, `person_id` and `last_changed_at` of the carts left; `left` what each held. A cart is
    recovered when its person first buys one of its items later, within that time of its last change. Where its items
    or the purchase's have no names, any purchase counts. Each cart is looked at for itself: one purchase may recover
    several.
    """
    items = carts.lazy().join(left.select("journey", "item_id", "worth"), on="journey", how="left")
    sought = items.with_columns(pl.col("worth").fill_null(0.0)).sort("last_changed_at", "journey", "item_id").collect()
    named, unnamed = sought.filter(pl.col("item_id").is_not_null()), sought.filter(pl.col("item_id").is_null())
    anything = bought.filter(pl.col("item_id").is_null())
    found = pl.concat(
        [
            _find_purchases(named, bought.drop_nulls("item_id"), ["person_id", "item_id"]),
            _find_purchases(named, anything.drop("item_id"), ["person_id"]),
            _find_purchases(unnamed, bought.drop("item_id"), ["person_id"]),
        ]
    ).lazy()
    first = pl.col("bought_at").min().over("journey")
    return (
        found.filter(pl.col("bought_at") <= pl.col("last_changed_at") + within)
        .filter(pl.col("bought_at") == first)
        .unique(["journey", "item_id"])
        .sort("journey", "item_id")
        .group_by("journey", maintain_order=True)
        .agg(recovered_at=pl.col("bought_at").first(), recovered_value=pl.col("worth").sum())
    )


def _find_purchases(sought: pl.DataFrame, bought: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Find for each item sought the first purchase after its cart's last change."""
    return (
        sought.join_asof(bought, left_on="last_changed_at", right_on="bought_at", by=by, strategy="forward",
                         allow_exact_matches=False, check_sortedness=False)
        .select("journey", "item_id", "worth", "last_changed_at", "bought_at")
        .drop_nulls("bought_at")
    )  # fmt: skip
