"""The settings that echannel needs to read the operator's files: mappings, site map, funnels."""

from collections.abc import Mapping
from typing import Final

from simulator.chains import CHANNELS
from simulator.shelf_log import EVENT_OF_SHELF_NAME
from simulator.site import EVENT_OF_NAME, PAGE_OF_ADDRESS, QUERY_OF_ADDRESS

_APP: Final = """\
# The app's events: its own names on the right, ours on the left.
into = "events"
channel = "app"

[fields]
event_id = "id"
occurred_at = "ts"
received_at = "received"
visitor_id = "device"
customer_id = "login"
name = "event"
location = "screen"
item_id = "props.sku"
category = "props.cat"
price = "props.price"
quantity = "props.qty"
order_id = "props.order"
device = "app.os"
region = "region"

[time]
unit = "iso"
zone = "Asia/Shanghai"

[names]
"""

_SHELF: Final = """\
# What the app's shelf showed, a place an event, and what was tapped there.
into = "events"
channel = "app"
explode = "items"

[fields]
event_id = "id"
occurred_at = "ts"
visitor_id = "device"
customer_id = "login"
name = "event"
location = "screen"
slot = "shelf"
recommendation_id = "answer"
item_id = "items.sku"
position = "items.place"
propensity = "items.chance"

[time]
unit = "iso"
zone = "Asia/Shanghai"

[names]
"""

_ORDERS: Final = """\
# The order book: the phone number becomes a pseudonym while it is read.
into = "orders"
separator = ","
header = true

[fields]
order_id = "order_id"
item_id = "item_id"
ordered_at = "ordered_at"
customer_id = "phone"
channel = "channel"
quantity = "quantity"
price = "price"

[time]
unit = "iso"
zone = "Asia/Shanghai"
"""

_CATALOGUE: Final = """\
into = "products"
separator = ","
header = true

[fields]
item_id = "item_id"
name = "name"
category = "category"
price = "price"
margin = "margin"
on_sale_from = "on_sale_from"
on_sale_to = "on_sale_to"
channels = "channels"
requires = "requires"
excludes = "excludes"
min_age = "min_age"
attributes = "attributes"

[time]
unit = "iso"
zone = "Asia/Shanghai"
"""

_SETTINGS: Final = """\
[ingest]
site_map = "sitemap.toml"

# The app's shelf is planned, published, and explored.
[layout.pages.category]

# Four weeks of logs cannot tell who stays for four weeks, or buys within a quarter; they can of shorter times.
[stickiness]
quiet_days = 7
horizon_days = 14

[sequences]
horizon_days = 21.0

[funnels.order]
window_hours = 24
steps = [
  { name = "look", event = "view_item" },
  { name = "into the cart", event = "add_to_cart" },
  { name = "checkout", event = "begin_checkout" },
  { name = "delivery", event = "add_shipping_info" },
  { name = "payment", event = "add_payment_info" },
  { name = "order", event = "purchase" },
]

[funnels.cart]
window_hours = 24
steps = [
  { name = "look", event = "view_item" },
  { name = "into the cart", event = "add_to_cart" },
  { name = "order", event = "purchase" },
]
"""


def write_settings() -> dict[str, str]:
    """Write the settings files, by their place."""
    return {
        "maps/app.toml": _APP + _write_names(EVENT_OF_NAME),
        "maps/shelf.toml": _SHELF + _write_names(EVENT_OF_SHELF_NAME),
        "maps/orders.toml": _ORDERS,
        "maps/catalogue.toml": _CATALOGUE,
        "sitemap.toml": "\n".join(
            _write_rule(channel, *rule) for channel in CHANNELS for rule in PAGE_OF_ADDRESS[channel]
        ),
        "echannel.toml": _SETTINGS,
    }


def _write_names(names: Mapping[str, str]) -> str:
    return "".join(f'{name} = "{event}"\n' for name, event in names.items())


def _write_rule(channel: str, address: str, page: str, event: str | None) -> str:
    query = QUERY_OF_ADDRESS.get(address, {}) if channel == "web" else {}
    fields = ", ".join(f'{field} = "{name}"' for field, name in query.items())
    lines = ["[[pages]]", f'channel = "{channel}"', f'match = "{address}"']
    lines += [f"query = {{ {fields} }}"] if fields else []
    lines += [f'page = "{page}"']
    lines += [f'event = "{event}"'] if event else []
    return "\n".join(lines) + "\n"
