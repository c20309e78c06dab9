"""Names: what each tracker's events are in GA4's vocabulary."""

from collections.abc import Mapping

from ingest.events import EVENT_NAMES
from ingest.trackers.settings import IGNORE
from ingest.trackers.snowplow import SHOP
from ingest.trackers.values import Document

SEEN = "seen"
"""A page or screen was shown: the site map says what that means, page_view by default."""
CLICK = "click"
"""A click: select_item where it tells an item, else user_engagement."""
STEP = "step"
"""A step of the checkout: which, its properties say."""

SPLIT = frozenset({"purchase", "refund", "add_to_cart", "remove_from_cart"})
"""Events that become one for each of their products; lists of products only seen stay one event."""
SHOWN = frozenset({"view_item_list", "view_promotion"})
"""Lists that are split too where each product tells its position: showings that layouts are learnt from."""

SNOWPLOW = {
    "pv": SEEN, "pp": "user_engagement", "tr": "purchase", "ti": "purchase",
    "cart/add": "add_to_cart", "cart/remove": "remove_from_cart", "cart/view": "view_cart",
    "ecomm/add-to-basket": "add_to_cart", "shop/add-to-basket": "add_to_cart",
    "com.snowplowanalytics.snowplow/link_click": CLICK,
    "com.snowplowanalytics.snowplow/button_click": CLICK,
    "com.snowplowanalytics.snowplow/site_search": "search",
    "com.snowplowanalytics.snowplow/add_to_cart": "add_to_cart",
    "com.snowplowanalytics.snowplow/remove_from_cart": "remove_from_cart",
    "com.snowplowanalytics.snowplow/social_interaction": "share",
    "com.snowplowanalytics.snowplow/submit_form": "user_engagement",
    "com.snowplowanalytics.snowplow/change_form": "user_engagement",
    "com.snowplowanalytics.snowplow/focus_form": "user_engagement",
    "com.snowplowanalytics.snowplow/application_foreground": "user_engagement",
    "com.snowplowanalytics.snowplow/application_background": "user_engagement",
    "com.snowplowanalytics.snowplow/application_error": IGNORE,
    "com.snowplowanalytics.snowplow/web_vitals": IGNORE,
    "com.snowplowanalytics.snowplow/timing": IGNORE,
    "com.snowplowanalytics.mobile/screen_view": SEEN,
    "com.snowplowanalytics.mobile/screen_end": "user_engagement",
    "com.snowplowanalytics.mobile/application_install": IGNORE,
    f"{SHOP}snowplow_ecommerce_action/product_view": "view_item",
    f"{SHOP}snowplow_ecommerce_action/list_view": "view_item_list",
    f"{SHOP}snowplow_ecommerce_action/list_click": "select_item",
    f"{SHOP}snowplow_ecommerce_action/add_to_cart": "add_to_cart",
    f"{SHOP}snowplow_ecommerce_action/remove_from_cart": "remove_from_cart",
    f"{SHOP}snowplow_ecommerce_action/promo_view": "view_promotion",
    f"{SHOP}snowplow_ecommerce_action/promo_click": "select_promotion",
    f"{SHOP}snowplow_ecommerce_action/checkout_step": STEP,
    f"{SHOP}snowplow_ecommerce_action/transaction": "purchase",
    f"{SHOP}snowplow_ecommerce_action/refund": "refund",
    f"{SHOP}snowplow_ecommerce_action/trns_error": "user_engagement",
}  # fmt: skip
SENSORS = {
    "$pageview": SEEN, "$AppViewScreen": SEEN, "$MPViewScreen": SEEN,
    "$WebClick": CLICK, "$AppClick": CLICK, "$MPClick": CLICK,
    "$WebStay": "user_engagement", "$WebPageLeave": "user_engagement", "$AppPageLeave": "user_engagement",
    "$AppStart": "user_engagement", "$AppEnd": "user_engagement", "$MPLaunch": "user_engagement",
    "$MPShow": "user_engagement", "$MPHide": "user_engagement", "$MPPageLeave": "user_engagement",
    "$MPShare": "share", "$SignUp": "login", "$BindID": "login", "track_signup": "login", "track_id_bind": "login",
    "$AppInstall": IGNORE, "$AppCrashed": IGNORE, "$UnbindID": IGNORE, "track_id_unbind": IGNORE,
    "profile_set": IGNORE, "profile_set_once": IGNORE, "profile_append": IGNORE, "profile_increment": IGNORE,
    "profile_delete": IGNORE, "profile_unset": IGNORE, "item_set": IGNORE, "item_delete": IGNORE,
}  # fmt: skip
SEGMENT = {"page": SEEN, "screen": SEEN, "identify": "login", "alias": "login", "group": IGNORE}
POSTHOG = {
    "$pageview": SEEN, "$screen": SEEN, "$pageleave": "user_engagement",
    "$autocapture": CLICK, "$rageclick": CLICK, "$dead_click": CLICK,
    "$identify": "login", "$create_alias": "login", "$merge_dangerously": "login",
    "$set": IGNORE, "$groupidentify": IGNORE, "$opt_in": IGNORE, "$feature_flag_called": IGNORE,
    "$exception": IGNORE, "$web_vitals": IGNORE, "$snapshot": IGNORE, "$$heatmap": IGNORE,
    "Application Installed": IGNORE, "Application Updated": IGNORE,
}  # fmt: skip
STANDARD = {"snowplow": SNOWPLOW, "sensors": SENSORS, "segment": SEGMENT, "posthog": POSTHOG}
"""Names that a tracker gives itself, as it writes them."""

USUAL = {
    "viewproduct": "view_item", "productviewed": "view_item", "viewproductdetail": "view_item",
    "productlistviewed": "view_item_list", "productlistfiltered": "view_item_list",
    "viewproductlist": "view_item_list", "productssearched": "search", "searchproduct": "search",
    "productclicked": "select_item", "clickproduct": "select_item",
    "productadded": "add_to_cart", "addtoshoppingcart": "add_to_cart", "addtobasket": "add_to_cart",
    "addcart": "add_to_cart", "wishlistproductaddedtocart": "add_to_cart",
    "productremoved": "remove_from_cart", "removefromshoppingcart": "remove_from_cart",
    "cartviewed": "view_cart", "viewshoppingcart": "view_cart",
    "checkoutstarted": "begin_checkout", "startcheckout": "begin_checkout",
    "checkoutstepviewed": STEP, "checkoutstepcompleted": STEP,
    "shippinginfoentered": "add_shipping_info", "paymentinfoentered": "add_payment_info",
    "ordercompleted": "purchase", "orderplaced": "purchase", "placeorder": "purchase", "submitorder": "purchase",
    "submitorderdetail": "purchase", "payorder": "purchase", "payorderdetail": "purchase",
    "orderrefunded": "refund", "productaddedtowishlist": "add_to_wishlist",
    "promotionviewed": "view_promotion", "promotionclicked": "select_promotion",
    "signedup": "sign_up", "signup": "sign_up", "register": "sign_up", "signedin": "login", "signin": "login",
    "productshared": "share", "cartshared": "share", "pageview": SEEN, "viewpage": SEEN, "screenview": SEEN,
    "click": CLICK, "elementclicked": CLICK, "buttonclicked": CLICK,
    "orderupdated": "user_engagement", "ordercancelled": "user_engagement", "couponentered": "user_engagement",
    "couponapplied": "user_engagement", "coupondenied": "user_engagement", "couponremoved": "user_engagement",
    "productreviewed": "user_engagement", "productremovedfromwishlist": "user_engagement",
    "signedout": "user_engagement", "applicationopened": "user_engagement",
    "applicationbackgrounded": "user_engagement", "applicationforegrounded": "user_engagement",
    "applicationinstalled": IGNORE, "applicationupdated": IGNORE,
}  # fmt: skip
"""Names that people give to events, whatever the tracker, without capitals, spaces and joints."""
REMEMBERED = 1 << 16
JOINTS = str.maketrans("", "", " _-.")
STEPS = (("payment_method", "add_payment_info"), ("shipping_method", "add_shipping_info"))
GA4 = {name.translate(JOINTS): name for name in EVENT_NAMES}


class NameTable:
    """Which name of GA4's an event has, by the operator's own names first, then the tracker's, then the usual ones."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = {**{_make_plain(name): known for name, known in own.items()}, **own}
        self._found: dict[tuple[str, str], str | None] = {}

    def find(self, tracker: str, event: str) -> str | None:
        """Return a name of GA4's, `SEEN`, `CLICK`, `STEP`, `IGNORE`, or null for an unknown one.

        Of `vendor/name` and `category/action` the part behind the bar is tried too.
        """
        key = (tracker, event)
        if key in self._found:
            return self._found[key]
        found = self._search(tracker, event)
        if len(self._found) < REMEMBERED:
            self._found[key] = found
        return found

    def _search(self, tracker: str, event: str) -> str | None:
        spelled = [spelling for word in (event, event.rpartition("/")[2]) for spelling in (word, _make_plain(word))]
        for names in (self._own, STANDARD[tracker], GA4, USUAL):
            for word in spelled:
                if word in names:
                    return names[word]
        return None


def settle_name(name: str, properties: Document, item_id: str | None) -> str | None:
    """Turn a step or click into the name that its properties make of it; null leaves the name to the site map."""
    if name == STEP:
        return next((step for told, step in STEPS if properties.get(told)), "begin_checkout")
    if name == CLICK:
        return "select_item" if item_id else "user_engagement"
    return None if name == SEEN else name


def _make_plain(name: str) -> str:
    return name.lower().translate(JOINTS)
