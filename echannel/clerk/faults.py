"""Faults of the clerk that are neither the caller's nor a mistake in the code."""


class UnusableError(Exception):
    """Settings or a lake that cannot be used: the operator's to mend, not the caller's."""
