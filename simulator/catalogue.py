"""The invented operator's products: sixty of them, in five categories, for six kinds of people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

CATEGORIES: Final = ("plan", "data_pack", "handset", "broadband", "value_added")

SEGMENTS: Final = ("student", "office", "family", "senior", "gamer", "traveller")
"""Kinds of people: each likes some categories and, within them, the products made for it."""

CATEGORY_WEIGHTS: Final[Mapping[str, tuple[float, ...]]] = {
    "student": (1.0, 2.0, 1.0, 0.2, 1.0),
    "office": (1.5, 0.7, 1.6, 0.6, 0.8),
    "family": (1.0, 0.4, 0.8, 2.2, 0.9),
    "senior": (2.0, 0.7, 1.2, 0.5, 0.5),
    "gamer": (0.5, 1.6, 1.4, 1.0, 1.4),
    "traveller": (0.8, 2.0, 0.6, 0.2, 1.4),
}
"""How much each segment likes the five categories, in their order."""

KEYWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": ("套餐", "5G套餐", "靓号"),
    "data_pack": ("流量包", "国际漫游", "定向流量"),
    "handset": ("手机", "5G手机", "合约机"),
    "broadband": ("宽带", "千兆宽带", "路由器"),
    "value_added": ("视频会员", "彩铃", "碎屏险"),
}
"""What people type when they search for a category."""


@dataclass(frozen=True)
class Product:
    """One product: days count from the first day of the logs, None for no limit."""

    item_id: str
    name: str
    category: str
    segment: str
    price: float
    margin: float
    first_day: int | None = None
    last_day: int | None = None
    """The first day off sale again."""
    channels: tuple[str, ...] = ("web", "wap", "app")


# name, segment, price, margin
_SHELVES: Final[Mapping[str, tuple[str, Sequence[tuple[str, str, float, float]]]]] = {
    "plan": ("PL", (
        ("校园青春卡 19元", "student", 19, 8.5), ("校园畅听卡 29元", "student", 29, 13), ("畅享套餐 59元", "family", 59, 27),
        ("畅享套餐 79元", "office", 79, 38), ("5G尊享套餐 129元", "office", 129, 66), ("5G尊享套餐 199元", "office", 199, 108),
        ("全家享套餐 169元", "family", 169, 80), ("孝心卡 9元", "senior", 9, 3.2), ("孝心卡 19元", "senior", 19, 7),
        ("亲情畅聊套餐 39元", "senior", 39, 17), ("电竞加速套餐 99元", "gamer", 99, 45), ("商旅无忧套餐 159元", "traveller", 159, 82),
        ("随心换套餐 49元", "student", 49, 21),
    )),
    "data_pack": ("DP", (
        ("校园流量包 10GB", "student", 10, 5.5), ("短视频定向流量 30GB", "student", 9, 4), ("日包 1GB", "student", 3, 1.8),
        ("假日流量包 5GB", "family", 15, 8), ("月包 20GB", "office", 30, 16), ("月包 50GB", "office", 50, 27),
        ("老友流量包 2GB", "senior", 5, 2.6), ("游戏定向流量 40GB", "gamer", 12, 5), ("夜间流量包 60GB", "gamer", 20, 12),
        ("港澳台漫游日包", "traveller", 25, 11), ("亚洲漫游7日包", "traveller", 98, 41), ("欧美漫游7日包", "traveller", 168, 70),
        ("全球漫游30日包", "traveller", 298, 118),
    )),
    "handset": ("HS", (
        ("星河青春版 5G 128GB", "student", 1299, 110), ("星河 12 5G 256GB", "student", 1899, 160),
        ("云帆 Pro 5G 256GB", "office", 3999, 420), ("云帆 Ultra 5G 512GB", "office", 5999, 700),
        ("长辈大字手机 4G", "senior", 499, 60), ("长辈大字手机 5G", "senior", 999, 95), ("极光 X 5G 256GB", "gamer", 2699, 250),
        ("雷霆电竞手机 5G 512GB", "gamer", 3599, 330), ("雷霆电竞手机 Pro 1TB", "gamer", 4599, 450),
        ("儿童电话手表", "family", 699, 85), ("全家平板 11英寸", "family", 1999, 170), ("随身WiFi 6", "traveller", 299, 48),
    )),
    "broadband": ("BB", (
        ("融合宽带 300M", "family", 60, 24), ("融合宽带 500M", "family", 90, 38), ("千兆宽带 1000M", "family", 130, 58),
        ("智慧家庭 FTTR", "family", 199, 86), ("电竞宽带 1000M", "gamer", 159, 72), ("孝心宽带 100M", "senior", 30, 9),
        ("商务宽带 500M", "office", 180, 84), ("校园宽带 学期包", "student", 240, 96), ("Mesh 路由器租用", "family", 15, 6),
        ("假日短期宽带 30天", "traveller", 68, 20),
    )),
    "value_added": ("VA", (
        ("视频会员 月卡", "student", 15, 4), ("音乐会员 月卡", "student", 8, 2.5), ("个性彩铃", "senior", 5, 4.2),
        ("来电防骚扰", "senior", 3, 2.4), ("手机碎屏险 一年", "office", 129, 74), ("云盘会员 2TB", "office", 20, 9),
        ("会议助手", "office", 30, 19), ("家庭安防看护", "family", 20, 11), ("IPTV 少儿包", "family", 18, 8),
        ("游戏加速器 月卡", "gamer", 25, 11), ("电竞直播会员", "gamer", 15, 5), ("机场贵宾厅 单次", "traveller", 158, 38),
    )),
}  # fmt: skip

# item → days on sale, as shares of the days that the logs cover
_SEASONS: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "PL-13": (0.5, None),
    "DP-04": (None, 0.4),
    "DP-09": (0.3, None),
    "HS-01": (None, 0.75),
    "HS-09": (0.25, None),
    "BB-08": (None, 0.5),
    "BB-10": (0.4, 0.9),
    "VA-03": (None, 0.6),
}
_APP_ONLY: Final = frozenset({"DP-02", "DP-08", "VA-11", "PL-01"})


def build_catalogue(days: int) -> tuple[Product, ...]:
    """Build the products in the order of their ids; some are sold for a part of the days only, some in the app only."""
    return tuple(
        _place(f"{prefix}-{number:02d}", category, entry, days)
        for category, (prefix, shelf) in sorted(_SHELVES.items())
        for number, entry in enumerate(shelf, start=1)
    )


def _place(item_id: str, category: str, entry: tuple[str, str, float, float], days: int) -> Product:
    name, segment, price, margin = entry
    first, last = (None if share is None else round(share * days) for share in _SEASONS.get(item_id, (None, None)))
    channels = ("app",) if item_id in _APP_ONLY else ("web", "wap", "app")
    return Product(item_id, name, category, segment, float(price), float(margin), first, last, channels)
