"""Set aside: what the evidence of a report leaves out, in the words of its note."""

from ingest import ReturnCount
from recommend import Evidence
from serving import Text


def say_set_aside(evidence: Evidence, returns: ReturnCount | None = None) -> Text:
    """Say how many baskets and lines do not count, and what became of the order lines given back; nothing of none."""
    back = returns or ReturnCount()
    parts = [
        (evidence.large, "baskets of too many items: {:,}", "商品过多的购物篮：{:,}"),
        (evidence.repeated, "baskets of people who come very often: {:,}", "过于频繁者的购物篮：{:,}"),
        (evidence.gifts, "lines at a price of 0: {:,}", "零价明细：{:,}"),
        (back.matched, "returns, with what they take back: {:,}", "退货取消（连同原单）：{:,}"),
        (back.partly, "returns found in part: {:,}", "部分匹配的退货：{:,}"),
        (back.unmatched, "returns whose order is not found: {:,}", "找不到原单的退货：{:,}"),
    ]
    english = "; ".join(en.format(count) for count, en, _ in parts if count)
    chinese = "；".join(zh.format(count) for count, _, zh in parts if count)
    return Text(f" Set aside: {english}.", f"不计入：{chinese}。") if english else Text("", "")
