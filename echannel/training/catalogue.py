"""The catalogue: products as the answers are filtered by them."""

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from ingest import Product
from serving import Catalogue, Links, MerchandisingSettings


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


def list_words(products: dy.DataFrame[Product]) -> Links:
    """List each product's attributes, and its category as one of them: category=value_added, blanks underlined."""
    category = pl.format("category={}", pl.col("category").str.replace_all(r"\s+", "_"))
    words = pl.concat_str(category, "attributes", separator=" ", ignore_nulls=True)
    return link_products(Product.cast(products.with_columns(attributes=words)), "attributes")


def check_merchandising(settings: MerchandisingSettings, products: dy.DataFrame[Product]) -> None:
    """Refuse pins, boosts and caps of what the catalogue does not know, all at once; raises `Stop`."""
    items, words = set(products["item_id"]), set(list_words(products).targets.tolist())
    unknown = [
        *(f"the pin of {pin.item_id}" for pin in settings.pins if pin.item_id not in items),
        *(f"the boost of {boost.word}" for boost in settings.boosts if boost.word not in items | words),
        *(f"the cap of {word}" for word in settings.caps if word not in items | words),
    ]
    if unknown:
        raise Stop(
            Exit.BAD_INPUT,
            f"the catalogue knows no product and no word for {', '.join(unknown)}",
            "[merchandising]",
            "Mend them, or ingest the catalogue that has them. Words are attributes, and category=NAME.",
        )
