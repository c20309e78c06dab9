"""Funnels: how far each entrant came through a row of steps, and every number that follows from it.

The way through: `definition` (with `filters`; `faults` and `filter_faults` refuse) → `matching` (events to steps;
`cart_events` for the scope cart) → `search` (each entrant's furthest chain) → `levels` (with `attribution`) → `counts`
(everything that is read off the levels).
"""
