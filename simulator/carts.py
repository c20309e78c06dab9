"""Carts: what each walk puts in, takes out and orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from simulator.catalogue import Product
from simulator.chains import CHANNELS, PAGE, Chains, next_page
from simulator.columns import NONE, Codes
from simulator.site import EVENT_OF_PAGE, EVENTS
from simulator.stories import Bundle
from simulator.visits import Visits

PAGE_EVENT: Final = np.array([EVENTS.index(EVENT_OF_PAGE[page]) for page in PAGE], dtype=np.int32)
"""What a visit to each page is when nothing is put into the cart or taken out of it."""

_ADD: Final = EVENTS.index("add_to_cart")
_REMOVE: Final = EVENTS.index("remove_from_cart")
_PURCHASE: Final = EVENTS.index("purchase")
_STAGES: Final = {PAGE["cart"]: 1, PAGE["checkout"]: 1, PAGE["delivery"]: 2, PAGE["payment"]: 3}
STAGE_NAMES: Final = ("page", "cart", "delivery", "payment")

_TAKES_OUT: Final = 0.5
_EMPTIES: Final = 0.6
_TAKES_TWO: Final = 0.12

Cart = dict[int, int]
"""Product number → pieces."""


@dataclass(frozen=True)
class OrderLine:
    """One product of one order; visit and product are numbers, `click` is the page that says thank you."""

    order: int
    visit: int
    click: int
    item: int
    quantity: int


@dataclass(frozen=True)
class LeftCart:
    """A cart that a visit left full, at the furthest stage it came to, and that no later visit took up."""

    visit: int
    stage: str
    value: float


@dataclass
class Shopping:
    """What the clicks are about: one row a click, then the orders and the carts left."""

    event: Codes
    item: Codes
    quantity: Codes
    order: Codes
    orders: list[OrderLine] = field(default_factory=list)
    left: list[LeftCart] = field(default_factory=list)


def go_shopping(
    chains: Chains, visits: Visits, items: Codes, products: Sequence[Product], bundle: Bundle | None,
    random: np.random.Generator,
) -> Shopping:  # fmt: skip
    """Decide for each walk through the cart what goes in, comes out and is ordered.

    `items` are the products looked at. The pages stay as they are: a cart straight after a product takes that product
    in; a return to the cart from the checkout may take one out again, and empties it only if the walk never goes on to
    the checkout from there. A planted bundle changes which products are looked at.
    """
    shopping = Shopping(
        event=PAGE_EVENT[chains.pages], item=items.copy(), quantity=np.full(len(items), NONE, dtype=np.int32),
        order=np.full(len(items), NONE, dtype=np.int32),
    )  # fmt: skip
    shopper = _Shopper(chains, visits, shopping, products, bundle, random)
    with_cart = chains.visits_with(chains.pages == PAGE["cart"]) > 0
    taken_up = frozenset(visits.resumes.tolist())
    carts: dict[int, Cart] = {}
    # A visit that takes up a cart comes after the one that left it.
    for resumes in (False, True):
        for visit in np.flatnonzero(with_cart & ((visits.resumes != NONE) == resumes)).tolist():
            cart, stage = shopper.walk(visit, carts.pop(int(visits.resumes[visit]), {}))
            if visit in taken_up:
                carts[visit] = cart
            elif cart:
                shopping.left.append(LeftCart(visit, STAGE_NAMES[stage], shopper.value(cart)))
    return shopping


class _Shopper:
    """Walks one visit after the other with a cart."""

    def __init__(
        self, chains: Chains, visits: Visits, shopping: Shopping, products: Sequence[Product], bundle: Bundle | None,
        random: np.random.Generator,
    ) -> None:  # fmt: skip
        self.chains, self.shopping, self.random = chains, shopping, random
        self.following = next_page(chains)
        # Of the three logs, the app's alone has room for a number of pieces.
        self.one_piece = visits.channel != CHANNELS.index("app")
        self.price = [product.price for product in products]
        ids = [product.item_id for product in products]
        self.pair = None if bundle is None else (ids.index(bundle.first), ids.index(bundle.second))
        self.bundle_share = 0.0 if bundle is None else bundle.share
        self.single = frozenset(
            place for place, product in enumerate(products) if product.category not in ("data_pack", "value_added")
        )
        self.staples = [
            place for place, product in enumerate(products)
            if product.first_day is None and product.last_day is None and len(product.channels) > 1
        ]  # fmt: skip
        self.orders = 0

    def value(self, cart: Cart) -> float:
        """Add up the prices."""
        return round(sum(self.price[item] * quantity for item, quantity in cart.items()), 2)

    def walk(self, visit: int, cart: Cart) -> tuple[Cart, int]:
        """Walk one visit; tell the cart at its end and the furthest stage of it."""
        first, end = int(self.chains.starts[visit]), int(self.chains.starts[visit + 1])
        pages = self.chains.pages[first:end].tolist()
        keeps = self._plant_bundle(first, pages)
        if pages[0] == PAGE["cart"] and not cart:
            # A cart from before the logs began.
            cart = {self.staples[int(self.random.integers(len(self.staples)))]: 1}
        stage = 0
        for place, page in enumerate(pages):
            click = first + place
            if page == PAGE["cart"] and place and pages[place - 1] == PAGE["product"]:
                self._put_in(click, cart, bool(self.one_piece[visit]))
            elif page == PAGE["cart"] and place and pages[place - 1] == PAGE["checkout"] and not keeps:
                self._take_out(click, cart)
            elif page == PAGE["order_done"]:
                self._order(visit, click, cart)
            stage = max(stage, _STAGES.get(page, 0)) if cart else 0
        return cart, stage

    def _plant_bundle(self, first: int, pages: list[int]) -> bool:
        """Turn the first two products that go into the cart into the bundle's two, now and then."""
        product, into = PAGE["product"], PAGE["cart"]
        looks = [place for place in range(len(pages) - 1) if pages[place] == product and pages[place + 1] == into]
        if self.pair is None or len(looks) < 2 or PAGE["order_done"] in pages[looks[0] : looks[1]]:
            return False
        if self.random.random() >= self.bundle_share:
            return False
        for place, item in zip(looks, self.pair, strict=False):
            self.shopping.item[first + place] = item
        return True

    def _put_in(self, click: int, cart: Cart, one_piece: bool) -> None:
        item = int(self.shopping.item[click - 1])
        two = not one_piece and item not in self.single and self.random.random() < _TAKES_TWO
        self._note(click, _ADD, item, 2 if two else 1)
        cart[item] = cart.get(item, 0) + (2 if two else 1)

    def _take_out(self, click: int, cart: Cart) -> None:
        goes_on = self.following[click] == PAGE["checkout"]
        many = len(cart) > 1
        if (many and self.random.random() < _TAKES_OUT) or (
            len(cart) == 1 and not goes_on and self.random.random() < _EMPTIES
        ):
            item = next(reversed(cart))
            self._note(click, _REMOVE, item, cart.pop(item))

    def _order(self, visit: int, click: int, cart: Cart) -> None:
        self.shopping.order[click] = self.orders
        for item, quantity in cart.items():
            self.shopping.orders.append(OrderLine(self.orders, visit, click, item, quantity))
        self.orders += 1
        cart.clear()

    def _note(self, click: int, event: int, item: int, quantity: int) -> None:
        self.shopping.event[click] = event
        self.shopping.item[click] = item
        self.shopping.quantity[click] = quantity
