"""Halves: the people of a log in two parts, so that what one of them chose can be judged by the other."""

import hashlib
from typing import NamedTuple

import dataframely as dy
import polars as pl

from recommend.layout.offers import LayoutOffer
from recommend.layout.position_model import PositionModel

SALT = b"layout halves"


class Half(NamedTuple):
    """What one half of the people tells of a page."""

    model: PositionModel
    offers: dy.DataFrame[LayoutOffer]
    """The offers of the plan, with the orders a click of this half."""


def split_people(showings: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split rows into two halves by `person_id`, so that all that one person did lies in one of them.

    Which half is drawn from a digest of the person's id (BLAKE2): always the same, whoever else is in the log.
    """
    people = showings["person_id"].unique().sort().to_list()
    halves = [hashlib.blake2b(person.encode(), digest_size=1, key=SALT).digest()[0] & 1 for person in people]
    told = pl.DataFrame({"person_id": people, "half": halves}, schema={"person_id": pl.String, "half": pl.UInt8})
    marked = showings.join(told, on="person_id", maintain_order="left")
    one, other = (marked.filter(pl.col("half") == half).drop("half") for half in (0, 1))
    return one, other
