"""Reasons: why an item stands in an answer, in the customer's language."""

from typing import Literal, get_args

Language = Literal["en", "zh"]
Evidence = Literal[
    "also_viewed",
    "also_bought",
    "bought_with",
    "bought_after",
    "next_click",
    "next_item",
    "soon_after",
    "alike",
    "around",
    "popular",
    "popular_page",
    "sibling",
    "alike_item",
    "trending",
    "for_you",
    "because_viewed",
    "seen_before",
]

LANGUAGES: tuple[Language, ...] = get_args(Language)

SMALLEST_COUNT = 10
"""Fewer than this are not told: a handful of people could be somebody's family."""

COUNTED: dict[Language, dict[Evidence, str]] = {
    "en": {
        "also_viewed": "{together:,} of {alone:,} sessions that viewed this also viewed it",
        "also_bought": "{together:,} of {alone:,} orders with this also had it",
        "bought_with": "{together:,} of {alone:,} orders with {name} also had it",
        "bought_after": "{together:,} of {alone:,} orders after a look at this had it",
        "next_click": "{together:,} of {alone:,} clicks from this page went there",
        "next_item": "{together:,} of {alone:,} clicks from this product went there",
        "soon_after": "{together:,} of {alone:,} visits that were here came to it within a few clicks",
        "alike": "{together:,} clicks on it in {alone:,} visits like this one",
        "because_viewed": "Because you viewed {name}: {together:,} of {alone:,} sessions with it also viewed this",
        "for_you": "{together:,} of {alone:,} people interested in {name} took an interest in it too",
        "popular": "Popular: {together:,} of {alone:,} visitors took an interest",
        "popular_page": "Popular: {together:,} of {alone:,} clicks went there",
        "trending": "Rising: {together:,} of {alone:,} visitors of these days took an interest, more than usual",
        "sibling": "Popular in the same category: {together:,} of its {alone:,} visitors took an interest",
    },
    "zh": {
        "also_viewed": "{alone:,} 次浏览本商品的访问中，有 {together:,} 次也浏览了它",
        "also_bought": "{alone:,} 笔含本商品的订单中，有 {together:,} 笔也购买了它",
        "bought_with": "{alone:,} 笔含「{name}」的订单中，有 {together:,} 笔也购买了它",
        "bought_after": "看过本商品后的 {alone:,} 笔订单中，有 {together:,} 笔购买了它",
        "next_click": "从本页出发的 {alone:,} 次点击中，有 {together:,} 次前往该页",
        "next_item": "从本商品出发的 {alone:,} 次点击中，有 {together:,} 次前往该商品",
        "soon_after": "浏览过此处的 {alone:,} 次访问中，有 {together:,} 次在随后几次点击内点击了它",
        "alike": "{alone:,} 次相似访问中共有 {together:,} 次点击",
        "because_viewed": "因为您浏览过「{name}」：浏览它的 {alone:,} 次访问中，有 {together:,} 次也浏览了本商品",
        "for_you": "关注「{name}」的 {alone:,} 人中，有 {together:,} 人也关注了它",
        "popular": "热门：{alone:,} 位访客中有 {together:,} 位关注",
        "popular_page": "热门：{alone:,} 次点击中有 {together:,} 次前往该页",
        "trending": "近期上升：近几日 {alone:,} 位访客中有 {together:,} 位关注，高于平时",
        "sibling": "同类热门：该品类 {alone:,} 位访客中有 {together:,} 位关注",
    },
}

UNCOUNTED: dict[Language, dict[Evidence, str]] = {
    "en": {
        "also_viewed": "Viewed in the same sessions",
        "also_bought": "Bought in the same orders",
        "bought_with": "Bought together with {name}",
        "bought_after": "Bought after a look at this",
        "next_click": "A next click from this page",
        "next_item": "A next click from this product",
        "soon_after": "Comes a few clicks later",
        "alike": "Clicked in visits like this one",
        "around": "Close to what visits like this one clicked on",
        "popular": "Popular",
        "popular_page": "Popular",
        "sibling": "Popular in the same category",
        "alike_item": "Like this product",
        "trending": "Rising these days",
        "because_viewed": "Because you viewed {name}",
        "for_you": "Fits your interest in {name}",
        "seen_before": "You took an interest in it before",
    },
    "zh": {
        "also_viewed": "浏览本商品的访客也浏览了它",
        "also_bought": "购买本商品的客户也购买了它",
        "bought_with": "有客户与「{name}」一同购买",
        "bought_after": "看过本商品的客户随后购买了它",
        "next_click": "从本页出发的下一步",
        "next_item": "从本商品出发的下一步",
        "soon_after": "从此处出发，随后几次点击内点击了它",
        "alike": "相似访问中的点击",
        "around": "与相似访问所点内容相近",
        "popular": "热门",
        "popular_page": "热门",
        "sibling": "同类热门",
        "alike_item": "与本商品相似",
        "trending": "近期上升",
        "because_viewed": "因为您浏览过「{name}」",
        "for_you": "与您关注的「{name}」相近",
        "seen_before": "您曾关注过它",
    },
}


def tell_reason(evidence: Evidence, language: Language, *, together: int = 0, alone: int = 0, name: str = "") -> str:
    """Put evidence into a sentence, with its counts where they are large enough to be told.

    >>> tell_reason("also_viewed", "en", together=412, alone=1903)
    '412 of 1,903 sessions that viewed this also viewed it'
    >>> tell_reason("also_viewed", "en", together=3, alone=1903)
    'Viewed in the same sessions'
    """
    texts = COUNTED if together >= SMALLEST_COUNT and evidence in COUNTED[language] else UNCOUNTED
    return texts[language][evidence].format(together=together, alone=alone, name=name)


def tell_promoted(reason: str, language: Language) -> str:
    """Say that a place was bought, before the reason that there is without it.

    >>> tell_promoted("", "en"), tell_promoted("Popular", "en")
    ('Promoted', 'Promoted: Popular')
    """
    name, colon = {"en": ("Promoted", ": "), "zh": ("推广", "：")}[language]
    return f"{name}{colon}{reason}" if reason else name
