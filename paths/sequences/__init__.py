"""Sequences: the whole ways of sessions, searched by a pattern, ranked, and held against a goal."""
