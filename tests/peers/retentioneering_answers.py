"""What retentioneering says of a data set, as one JSON document. It runs in an environment of its own."""

import json
import sys

import pandas as pd
from retentioneering.eventstream.eventstream import Eventstream

WEIGHTS = ("count", "unique_paths", "proba_out", "proba_in", "share_of_total", "time_median", "time_q95")
STEPS = 10


def list_cells(matrix):
    """List the cells that are not nothing: row, column, value."""
    return [
        [str(row), str(column), float(value)]
        for row, line in zip(matrix.index, matrix.to_numpy(), strict=True)
        for column, value in zip(matrix.columns, line, strict=True)
        if not pd.isna(value) and value != 0
    ]


def answer(stream):
    """Answer with every transition matrix, the step matrix, and its difference between two platforms."""
    steps = stream.step_matrix_data(max_steps=STEPS, path_col="session_id")
    told = stream.step_matrix_data(max_steps=STEPS, path_col="session_id", diff=("platform", "mobile", "desktop"))
    return {
        "edges": {
            weight: list_cells(stream.transition_graph_data(edge_weight=weight, path_col="session_id"))
            for weight in WEIGHTS
        },
        "steps": list_cells(unwrap(steps)),
        "difference": list_cells(unwrap(told[0])),
    }


def unwrap(block):
    """Take the one block of a step matrix out of its tuple."""
    return block[0] if isinstance(block, tuple) else block


def main(file):
    """Read the data set and print the answers with repeats kept, and collapsed with the first or the last time."""
    schema = {
        "path_cols": ["user_id", "session_id"],
        "event_col": "event",
        "timestamp_col": "timestamp",
        "segment_cols": ["platform"],
    }
    stream = Eventstream(pd.read_csv(file), schema)
    runs = {
        name: stream.collapse_events(loops=True, agg={"timestamp": name}, path_col="session_id")
        for name in ("first", "last")
    }
    sys.stdout.write(json.dumps({"kept": answer(stream), **{name: answer(run) for name, run in runs.items()}}))


if __name__ == "__main__":
    main(sys.argv[1])
