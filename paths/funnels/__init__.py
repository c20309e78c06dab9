"""Funnels: how far each entrant came through a row of steps, and every number that follows from it.

The way through, from a definition to the levels: `definition` (with `filters`; `faults` and `filter_faults` refuse) →
`matching` (events to steps; `cart_events` for the scope cart) → `events` (names and times to numbers, in order) →
`search`, which takes each of the `courses` that optional steps allow and finds the furthest `chains` by `links` or
`sets`, and by `tied_chains` or `shared_sets` (with `moments`) where those are not exact → `levels` (with
`attribution`). All other files count levels.
"""
