"""The event: what every log line becomes, whatever log it came from."""

import dataframely as dy
import polars as pl

CHANNELS = ("web", "wap", "app")

STAGES = ("page", "cart", "delivery", "payment", "purchase")
"""How far a customer has come, in order."""

STAGE_OF_EVENT = {
    "view_item": "page",
    "add_to_cart": "cart",
    "remove_from_cart": "cart",
    "view_cart": "cart",
    "begin_checkout": "cart",
    "add_shipping_info": "delivery",
    "add_payment_info": "payment",
    "purchase": "purchase",
}
"""The stage that an event alone tells; the site map may tell it of more pages."""

EVENT_NAMES = frozenset(STAGE_OF_EVENT) | {
    "page_view", "view_item_list", "select_item", "add_to_wishlist", "refund", "search",
    "login", "sign_up", "share", "view_promotion", "select_promotion", "user_engagement",
}  # fmt: skip
"""GA4's e-commerce vocabulary: the names an event may bear."""


class Event(dy.Schema):
    """One action on one channel."""

    event_id = dy.String(
        nullable=False, description="The tracker's own id, or one made from the line's content and position"
    )
    occurred_at = dy.Datetime(
        nullable=False, time_unit="us", time_zone="UTC", description="When it happened, by the corrected clock"
    )
    received_at = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="When it reached us, where the source says"
    )
    device_at = dy.Datetime(
        nullable=True, time_unit="us", time_zone="UTC", description="When it happened by the device's own clock"
    )
    clock = dy.String(nullable=True, description="Why its time is not to be believed: future; null where it is")
    channel = dy.String(nullable=False, description="web (web hall, 网厅), wap, or app (手厅)")
    visitor_id = dy.String(nullable=False, description="Pseudonym of the device or cookie")
    customer_id = dy.String(nullable=True, description="Pseudonym of the phone number or login, where known")
    name = dy.String(nullable=False, description="What happened, in GA4's e-commerce vocabulary")
    page = dy.String(nullable=True, description="The page or screen, as the site map names it")
    stage = dy.String(nullable=True, description="How far on the way: page, cart, delivery, payment, purchase")
    item_id = dy.String(nullable=True, description="The product it is about")
    category = dy.String(nullable=True, description="The product's category, where the log tells it")
    price = dy.Float64(nullable=True, min=0, description="Price of one piece, in the operator's currency")
    quantity = dy.Int64(nullable=True, min=0, description="Pieces")
    order_id = dy.String(nullable=True, description="The order, for a purchase or refund")
    slot = dy.String(nullable=True, description="The place on the page that was clicked or seen")
    position = dy.Int64(nullable=True, min=1, description="Rank within the slot, from 1")
    recommendation_id = dy.String(nullable=True, description="The recommendation answer that it follows from")
    propensity = dy.Float64(
        nullable=True,
        min_exclusive=0,
        max=1,
        description="Chance with which the item was put in that place, as the answer said; null: nobody drew",
    )
    referrer = dy.String(nullable=True, description="Where the visitor came from: host and path, no query")
    campaign = dy.String(nullable=True, description="The campaign that brought the visitor")
    device = dy.String(nullable=True, description="Kind of device: mobile, tablet, desktop, tv …")
    browser = dy.String(nullable=True, description="Browser or app that shows the page: Chrome, WeChat …")
    system = dy.String(nullable=True, description="Operating system: Android, iOS, HarmonyOS …")
    region = dy.String(nullable=True, description="Region, where the log tells it")
    robot = dy.String(nullable=True, description="Why this is no person; null for people")
    extra = dy.String(nullable=True, description="JSON of what the source says in columns that nobody mapped")
    source = dy.String(nullable=False, description="The file, topic or collector's batch")
    line = dy.Int64(nullable=False, min=1, description="Line in the source, from 1")

    @dy.rule()
    def channel_is_known(cls) -> pl.Expr:
        """The channel is web, wap or app."""
        return cls.channel.col.is_in(CHANNELS)

    @dy.rule()
    def name_is_known(cls) -> pl.Expr:
        """The name is one of GA4's."""
        return cls.name.col.is_in(list(EVENT_NAMES))

    @dy.rule()
    def stage_is_known(cls) -> pl.Expr:
        """The stage, where there is one, is one of the five."""
        return cls.stage.col.is_in(STAGES)
