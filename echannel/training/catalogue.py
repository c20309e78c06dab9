"""The catalogue: products as the answers are filtered by them."""

import dataframely as dy
import polars as pl

from ingest import Product
from serving import Catalogue, Links


def list_catalogue(products: dy.DataFrame[Product]) -> Catalogue:
    """List what is for sale, when, where, and from which age."""
    milliseconds = products.select(pl.col("on_sale_from", "on_sale_to").dt.timestamp("ms"))
    return Catalogue.from_rows(
        products["item_id"].to_list(),
        on_sale_from=milliseconds["on_sale_from"].to_list(),
        on_sale_to=milliseconds["on_sale_to"].to_list(),
        channels=products["channels"].to_list(),
        names=products["name"].to_list(),
        min_age=products["min_age"].to_list(),
    )


def link_products(products: dy.DataFrame[Product], column: str) -> Links:
    """Link products with the words of a column."""
    told = products.filter(pl.col(column).is_not_null())
    return Links.from_names({item: frozenset(words.split()) for item, words in told.select("item_id", column).rows()})
