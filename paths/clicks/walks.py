"""Click walks: what each session clicked on, as rows of integers, the oldest session first."""

from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from ingest import Sessioned
from paths.rows.numbering import Ints, mark_run_ends, mark_runs


@dataclass(frozen=True)
class ClickWalks:
    """The clicks of people's sessions, by last click, then by id; what is clicked again at once is one click."""

    session: Ints
    """Numbered from 0, the oldest first; the rows of one stand together."""
    click: Ints
    """Places in `keys`, in the order of the session."""
    keys: list[str]
    """What was clicked on, sorted."""

    @property
    def length(self) -> int:
        """How many clicks there are."""
        return self.click.size


def read_page_walks(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> ClickWalks:
    """Read which pages each session saw; a key is "channel<TAB>page", the channel that of the session's first event."""
    events = _read(sessioned, "page")
    firsts = mark_runs(events["session_id"].rle_id().to_numpy().astype(np.int64))
    channel = events["channel"].gather(np.flatnonzero(firsts)).gather(np.cumsum(firsts) - 1)
    return _number(events.with_columns(key=pl.concat_str(channel, pl.lit("\t"), "page")))


def read_item_walks(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned]) -> ClickWalks:
    """Read which items each session viewed, on whatever channel: they sell the same things."""
    return _number(_read(sessioned, "item_id").with_columns(key=pl.when(name="view_item").then("item_id")))


def _read(sessioned: dy.LazyFrame[Sessioned] | dy.DataFrame[Sessioned], column: str) -> pl.DataFrame:
    people = sessioned.lazy().filter(pl.col("robot").is_null())
    columns = people.select("session_id", "step", "channel", "name", "occurred_at", column)
    return columns.sort("session_id", "step").collect()


def _number(events: pl.DataFrame) -> ClickWalks:
    """Put sessions in the order of their last click, and number what they clicked on; rows without a key are none."""
    rows = events.filter(pl.col("key").is_not_null())
    run = rows["session_id"].rle_id().to_numpy().astype(np.int64)
    ended = rows["occurred_at"].dt.epoch("us").to_numpy()[mark_run_ends(run)]
    place_of_run = np.empty(ended.size, np.int64)
    place_of_run[np.argsort(ended, kind="stable")] = np.arange(ended.size)
    keys = rows["key"].unique().sort()
    click = (
        rows["key"]
        .replace_strict(keys, pl.Series(np.arange(len(keys))), return_dtype=pl.Int64)
        .to_numpy()
        .astype(np.int64)
    )
    order = np.argsort(place_of_run[run], kind="stable")
    session, click = place_of_run[run][order], click[order]
    kept = mark_runs(session) | mark_runs(click)
    return ClickWalks(session[kept], click[kept], keys.to_list())
