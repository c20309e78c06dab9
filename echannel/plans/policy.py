"""A policy's trial on the log of another: both read from files, whoever wrote them."""

from collections.abc import Mapping
from pathlib import Path

import dataframely as dy
import polars as pl

from echannel.exits import Exit, Stop
from evaluation import OffPolicyError, OffPolicySettings, PolicyEstimate, count_choices, estimate_policy

TYPES = {
    "round": pl.Int64(), "position": pl.Int64(), "context": pl.String(), "item_id": pl.String(),
    "propensity": pl.Float64(), "clicked": pl.Int64(), "probability": pl.Float64(),
}  # fmt: skip
ALL = "all"
"""The context where a file tells none."""


def try_policy(
    log: Path, candidate: Path, names: Mapping[str, str], settings: OffPolicySettings
) -> dy.DataFrame[PolicyEstimate]:
    """Estimate what a policy would have had, from the log of another; raises `Stop` with all that is wrong.

    Both are CSV (also .gz) or Parquet. `names` says what a file calls our columns, where it is otherwise. A log without
    `round` has one in each row, one without `position` a single place, one without `context` a single context. The
    candidate has a `probability`, or is the log of the policy where it ran: then its shares are counted.
    """
    shown = _read(log, names).with_columns(pl.col("clicked").cast(pl.Boolean, strict=False))
    wanted = _read(candidate, names)
    try:
        policy = wanted if wanted["probability"].null_count() < len(wanted) else count_choices(wanted)
        return estimate_policy(shown.drop("probability"), policy, settings)
    except OffPolicyError as fault:
        what = str(fault).rstrip(".")
        raise Stop(Exit.BAD_INPUT, what, str(log), "Mend the files, or name their columns.") from None


def _read(file: Path, names: Mapping[str, str]) -> pl.DataFrame:
    """Read a table and give it our columns; those that it does not tell are null, but for round, position, context."""
    try:
        table = pl.read_parquet(file) if file.suffix == ".parquet" else pl.read_csv(file, infer_schema_length=None)
    except (OSError, pl.exceptions.PolarsError) as fault:
        told = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise Stop(Exit.BAD_INPUT, f"this is no table: {told}", str(file), "Give a CSV or Parquet file.") from None
    if unknown := sorted(set(names.values()) - set(table.columns) - set(TYPES)):
        where = f"--column, {file}"
        raise Stop(Exit.WRONG_USE, f"there is no column {', '.join(unknown)}", where, f"It has {table.columns[:12]}.")
    found = {ours: names.get(ours, ours) for ours in TYPES}
    texts = names.get("round", "round")
    if texts in table.columns and not table[texts].dtype.is_integer():
        table = table.with_columns(pl.col(texts).cast(pl.String).rank("dense").cast(pl.Int64))
    columns = [
        (pl.col(theirs) if theirs in table.columns else pl.lit(None)).cast(TYPES[ours], strict=False).alias(ours)
        for ours, theirs in found.items()
    ]
    return table.select(columns).with_columns(
        pl.col("round").fill_null(pl.int_range(pl.len())), pl.col("position").fill_null(1),
        pl.col("context").fill_null(ALL),
    )  # fmt: skip
