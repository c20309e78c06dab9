"""The operator's three sites: which address or screen shows which page, and what happens there."""

from typing import Final

PAGE_OF_ADDRESS: Final[dict[str, tuple[tuple[str, str, str | None], ...]]] = {
    "web": (
        ("/", "home", None),
        ("/list/{category}", "category", "view_item_list"),
        ("/search", "search", "search"),
        ("/product/{item_id}", "product", "view_item"),
        ("/cart/add", "cart", "add_to_cart"),
        ("/cart/remove", "cart", "remove_from_cart"),
        ("/cart", "cart", "view_cart"),
        ("/checkout", "checkout", "begin_checkout"),
        ("/checkout/delivery", "delivery", "add_shipping_info"),
        ("/checkout/payment", "payment", "add_payment_info"),
        ("/order/done/{order_id}", "order_done", "purchase"),
        ("/my", "account", None),
        ("/my/bill", "bill", None),
        ("/topup", "top_up", None),
        ("/help", "help", None),
    ),
    "wap": (
        ("/", "home", None),
        ("/w/list/{category}", "category", "view_item_list"),
        ("/w/search", "search", "search"),
        ("/w/product/{item_id}", "product", "view_item"),
        ("/w/cart/add/{item_id}", "cart", "add_to_cart"),
        ("/w/cart/remove/{item_id}", "cart", "remove_from_cart"),
        ("/w/cart", "cart", "view_cart"),
        ("/w/pay/1", "checkout", "begin_checkout"),
        ("/w/pay/2", "delivery", "add_shipping_info"),
        ("/w/pay/3", "payment", "add_payment_info"),
        ("/w/paid/{order_id}", "order_done", "purchase"),
        ("/w/my", "account", None),
        ("/w/bill", "bill", None),
        ("/w/topup", "top_up", None),
        ("/w/help", "help", None),
    ),
    "app": (
        ("Home", "home", None),
        ("CategoryList", "category", None),
        ("Search", "search", None),
        ("ProductDetail", "product", None),
        ("Cart", "cart", None),
        ("Checkout", "checkout", None),
        ("Delivery", "delivery", None),
        ("Payment", "payment", None),
        ("OrderDone", "order_done", None),
        ("Account", "account", None),
        ("Bill", "bill", None),
        ("TopUp", "top_up", None),
        ("Help", "help", None),
    ),
}
"""On each channel: address or screen, page, and the event that a visit to it is (None: page_view, or the app's own)."""

QUERY_OF_ADDRESS: Final = {"/cart/add": {"item_id": "sku"}, "/cart/remove": {"item_id": "sku"}}
"""The web's addresses that tell the product in their query."""

EVENT_OF_NAME: Final = {
    "ScreenView": "page_view",
    "ViewList": "view_item_list",
    "SearchGoods": "search",
    "ViewItem": "view_item",
    "ViewCart": "view_cart",
    "AddCart": "add_to_cart",
    "RemoveCart": "remove_from_cart",
    "Checkout": "begin_checkout",
    "SubmitDelivery": "add_shipping_info",
    "SubmitPayment": "add_payment_info",
    "OrderPaid": "purchase",
}
"""The app's own names of what happens, and the field's."""

EVENTS: Final = tuple(EVENT_OF_NAME.values())

EVENT_OF_PAGE: Final = {
    page: event or "page_view"
    for _, page, event in PAGE_OF_ADDRESS["web"]
    if event not in ("add_to_cart", "remove_from_cart")
}
"""What a visit to a page is when nothing is put into the cart or taken out of it."""

LOGIN_PAGES: Final = ("checkout", "account", "bill")
"""Pages that show themselves to customers who logged in, and to nobody else."""
