"""Clicks: where people go next, from past sessions, rules and the path graph."""
