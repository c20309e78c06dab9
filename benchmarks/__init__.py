"""Benchmarks ask one question each, and answer it beside a named rival on the same data in the same run."""
