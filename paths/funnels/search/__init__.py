"""The search for each entrant's furthest chain.

`events` (names and times to numbers, in order) → `furthest`, which takes each of the `courses` that optional steps
allow and finds the `chains` by `links` or `sets`; where those are not exact, by `tied_chains` (of `moments`) or by
`shared_sets`.
"""
