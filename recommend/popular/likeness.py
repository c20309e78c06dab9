"""Likeness: items that are like each other by what the catalogue says of them, for those that nobody knows yet."""

import dataframely as dy
import numpy as np
import polars as pl
from scipy.sparse import csr_array

from ingest import Product
from recommend.codes import FloatArray, IntArray, code_names
from recommend.related.together import cut_rows
from serving import RankedLists

BLOCK_WORK = 16_000_000
"""Multiplications of one block of the product."""

MOST_BEARERS = 2_000
"""Items that may bear a word; one that more bear says nothing of an item, and would tie all of them together."""


def rank_alike(products: dy.DataFrame[Product], most: int = 20) -> RankedLists:
    """Rank for each item of the catalogue the items that bear the same words: its attributes, and its category.

    The score is the cosine of the items' words, each weighed by ln(items / items that bear it) (inverse document
    frequency, K. Spärck Jones, 1972): a rare word in common counts more than one that most bear. `together` counts the
    words in common, `alone` the item's own. Only items with attributes are alike to others; words that more than 2,000
    items bear are left out, and so are those that all bear.
    """
    bearers = products.filter(pl.col("attributes").str.strip_chars().str.len_chars() > 0)
    words = (
        bearers.select(
            "item_id",
            word=pl.concat_list(
                pl.col("attributes").str.split(" "), pl.concat_str(pl.lit("category="), "category").fill_null("")
            ),
        )
        .explode("word")
        .filter(pl.col("word") != "")
        .unique()
        .with_columns(bearers=pl.len().over("word"))
        .filter(pl.col("bearers").is_between(2, MOST_BEARERS), pl.col("bearers") < bearers.height)
        .sort("item_id", "word")
    )
    return _rank(words, bearers.height, most) if words.height else RankedLists.empty()


def _rank(words: pl.DataFrame, items: int, most: int) -> RankedLists:
    item, word = code_names(words["item_id"]), code_names(words["word"])
    rarity = np.log(items / words["bearers"].to_numpy())
    length = np.sqrt(np.bincount(item.codes, weights=rarity**2))
    shape = (len(item.names), len(word.names))
    weighed = csr_array((rarity / length[item.codes], (item.codes, word.codes)), shape=shape)
    table = csr_array((np.ones(len(rarity)), (item.codes, word.codes)), shape=shape)
    work = np.rint(table @ np.bincount(word.codes)).astype(np.int64)
    parts = [_compare(weighed, table, rows) for rows in cut_rows(work, BLOCK_WORK)]
    asked, told, together, score = (np.concatenate([part[place] for part in parts]) for place in range(4))
    return RankedLists.from_codes(
        item.names.to_list(),
        item.names.to_list(),
        asked,
        told,
        score=score,
        together=together,
        alone=np.bincount(item.codes),
        most=most,
    )


def _compare(weighed: csr_array, table: csr_array, rows: slice) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Compare some items with all: the pairs that have words in common, how many, and the cosine."""
    common, alike = table[rows] @ table.T, weighed[rows] @ weighed.T
    common.sort_indices()
    alike.sort_indices()
    asked = np.repeat(np.arange(rows.start, rows.stop), np.diff(common.indptr))
    other = common.indices != asked
    told, together = common.indices[other].astype(np.int64), np.rint(common.data[other]).astype(np.int64)
    return asked[other], told, together, alike.data[other]
