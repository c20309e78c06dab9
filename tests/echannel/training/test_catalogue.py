import polars as pl
import pytest

from echannel.exits import Stop
from echannel.training.catalogue import check_merchandising, link_products, list_catalogue, list_words
from ingest import complete_products
from serving import Boost, ListPin, MerchandisingSettings

ROWS = {
    "item_id": ["A", "B"], "category": ["value added", None], "attributes": ["5g", None],
    "requires": [None, "A X"], "min_age": [18, None],
}  # fmt: skip
PRODUCTS = complete_products(pl.DataFrame(ROWS))


def test_the_catalogue_and_its_terms_come_over_whole():
    assert list_catalogue(PRODUCTS).min_age.tolist() == [18, 0]
    assert link_products(PRODUCTS, "requires").name_links() == {"B": {"A", "X"}}
    assert list_words(PRODUCTS).name_links() == {"A": {"5g", "category=value_added"}}


def test_pins_boosts_and_caps_of_what_nobody_knows_are_refused_all_at_once():
    check_merchandising(
        MerchandisingSettings(pins=(ListPin("A"),), boosts=(Boost("5g"), Boost("B")), caps={"category=value_added": 1}),
        PRODUCTS,
    )
    wrong = MerchandisingSettings(pins=(ListPin("C"),), boosts=(Boost("6g"),), caps={"category=x": 1, "B": 2})
    with pytest.raises(Stop, match="the pin of C, the boost of 6g, the cap of category=x"):
        check_merchandising(wrong, PRODUCTS)
