"""The cap on pages: no day shows more pages than a person can read, however many addresses a site has."""

import polars as pl

OTHER_PAGE = "(other)"
"""The page that stands for all beyond the cap."""


def cap_pages(sessioned: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """Put the pages beyond the `most` visited of a day (UTC) and channel under "(other)".

    The pages kept are those with most events that day, ties by name, so that neither the order of the log nor its
    chunks matter. What is stored keeps its pages: the cap holds for what is read.
    """
    day = pl.col("occurred_at").dt.date()
    visits = sessioned.filter(pl.col("page").is_not_null()).group_by("channel", "page", day=day).len()
    ranked = visits.sort("day", "channel", "len", "page", descending=[False, False, True, False])
    beyond = ranked.filter(pl.int_range(pl.len()).over("day", "channel") >= most).collect(engine="streaming")
    if beyond.is_empty():
        return sessioned
    marked = beyond.lazy().select("day", "channel", "page", beyond=pl.lit(True))
    joined = sessioned.with_columns(day=day).join(
        marked, on=["day", "channel", "page"], how="left", maintain_order="left"
    )
    return joined.with_columns(page=pl.when("beyond").then(pl.lit(OTHER_PAGE)).otherwise("page")).drop("day", "beyond")
