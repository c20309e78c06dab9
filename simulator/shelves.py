"""What stands on the operator's shelves: name, segment it is made for, price and margin of each product."""

from collections.abc import Mapping, Sequence
from typing import Final

SHELVES: Final[Mapping[str, tuple[str, Sequence[tuple[str, str, float, float]]]]] = {
    "plan": (
        "PL",
        (
            ("校园青春卡 19元", "student", 19, 8.5),
            ("校园畅听卡 29元", "student", 29, 13),
            ("畅享套餐 59元", "family", 59, 27),
            ("畅享套餐 79元", "office", 79, 38),
            ("5G尊享套餐 129元", "office", 129, 66),
            ("5G尊享套餐 199元", "office", 199, 108),
            ("全家享套餐 169元", "family", 169, 80),
            ("孝心卡 9元", "senior", 9, 3.2),
            ("孝心卡 19元", "senior", 19, 7),
            ("亲情畅聊套餐 39元", "senior", 39, 17),
            ("电竞加速套餐 99元", "gamer", 99, 45),
            ("商旅无忧套餐 159元", "traveller", 159, 82),
            ("随心换套餐 49元", "student", 49, 21),
        ),
    ),
    "data_pack": (
        "DP",
        (
            ("校园流量包 10GB", "student", 10, 5.5),
            ("短视频定向流量 30GB", "student", 9, 4),
            ("日包 1GB", "student", 3, 1.8),
            ("假日流量包 5GB", "family", 15, 8),
            ("月包 20GB", "office", 30, 16),
            ("月包 50GB", "office", 50, 27),
            ("老友流量包 2GB", "senior", 5, 2.6),
            ("游戏定向流量 40GB", "gamer", 12, 5),
            ("夜间流量包 60GB", "gamer", 20, 12),
            ("港澳台漫游日包", "traveller", 25, 11),
            ("亚洲漫游7日包", "traveller", 98, 41),
            ("欧美漫游7日包", "traveller", 168, 70),
            ("全球漫游30日包", "traveller", 298, 118),
        ),
    ),
    "handset": (
        "HS",
        (
            ("星河青春版 5G 128GB", "student", 1299, 110),
            ("星河 12 5G 256GB", "student", 1899, 160),
            ("云帆 Pro 5G 256GB", "office", 3999, 420),
            ("云帆 Ultra 5G 512GB", "office", 5999, 700),
            ("长辈大字手机 4G", "senior", 499, 60),
            ("长辈大字手机 5G", "senior", 999, 95),
            ("极光 X 5G 256GB", "gamer", 2699, 250),
            ("雷霆电竞手机 5G 512GB", "gamer", 3599, 330),
            ("雷霆电竞手机 Pro 1TB", "gamer", 4599, 450),
            ("儿童电话手表", "family", 699, 85),
            ("全家平板 11英寸", "family", 1999, 170),
            ("随身WiFi 6", "traveller", 299, 48),
        ),
    ),
    "broadband": (
        "BB",
        (
            ("融合宽带 300M", "family", 60, 24),
            ("融合宽带 500M", "family", 90, 38),
            ("千兆宽带 1000M", "family", 130, 58),
            ("智慧家庭 FTTR", "family", 199, 86),
            ("电竞宽带 1000M", "gamer", 159, 72),
            ("孝心宽带 100M", "senior", 30, 9),
            ("商务宽带 500M", "office", 180, 84),
            ("校园宽带 学期包", "student", 240, 96),
            ("Mesh 路由器租用", "family", 15, 6),
            ("假日短期宽带 30天", "traveller", 68, 20),
        ),
    ),
    "value_added": (
        "VA",
        (
            ("视频会员 月卡", "student", 15, 4),
            ("音乐会员 月卡", "student", 8, 2.5),
            ("个性彩铃", "senior", 5, 4.2),
            ("来电防骚扰", "senior", 3, 2.4),
            ("手机碎屏险 一年", "office", 129, 74),
            ("云盘会员 2TB", "office", 20, 9),
            ("会议助手", "office", 30, 19),
            ("家庭安防看护", "family", 20, 11),
            ("IPTV 少儿包", "family", 18, 8),
            ("游戏加速器 月卡", "gamer", 25, 11),
            ("电竞直播会员", "gamer", 15, 5),
            ("机场贵宾厅 单次", "traveller", 158, 38),
        ),
    ),
}
"""Category → prefix of its ids, and its products in the order of their numbers."""
