"""The search for each entrant's furthest chain.

`events` (names and times to numbers, in order) → `furthest`, which takes each of the `courses` that optional steps
allow and finds the `chains` by `links` or `sets`, and by `tied_chains` or `shared_sets` (with `moments`) where those
are not exact.
"""
