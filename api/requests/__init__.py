"""Requests: what a caller sent, read within limits, and told all that is wrong with it."""
