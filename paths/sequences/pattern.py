"""The path pattern: what a path must look like, and how a wrong one is refused."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


class PatternError(ValueError):
    """A path pattern cannot be used; the message names every fault, where it is, and its remedy."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and at which sign of the pattern, from 1."""

    sign: int
    text: str


@dataclass(frozen=True)
class Name:
    """What one page or event must be called; in quotes a star stands for any signs."""

    text: str
    is_event: bool
    quoted: bool
    sign: int

    @property
    def is_wild(self) -> bool:
        """Tell whether several names may fit."""
        return self.quoted and bool(re.search(r"(?<!\\)(?:\\\\)*\*", self.text))

    @property
    def plain(self) -> str:
        """Return the one name meant, where it is not wild."""
        return re.sub(r"\\(.)", r"\1", self.text) if self.quoted else self.text

    @property
    def expression(self) -> str:
        """Return a regular expression for the names that fit."""
        if not self.quoted:
            return f"^{re.escape(self.text)}$"
        signs = re.findall(r"\\.|[^\\]", self.text, re.DOTALL)
        return f"(?s)^{''.join('.*' if sign == '*' else re.escape(sign[-1]) for sign in signs)}$"


@dataclass(frozen=True)
class Item:
    """One place of a pattern: any of the names, or none of them, `least` to `most` times in a row."""

    names: tuple[Name, ...]
    negated: bool
    """None of the names; without names: any step at all."""
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True)
class PathPattern:
    """What a path must look like."""

    items: tuple[Item, ...]
    from_entry: bool
    """The path begins where the session does."""
    to_exit: bool
    """The path ends where the session does."""

    @property
    def names(self) -> list[Name]:
        """List all names in order."""
        return [name for item in self.items for name in item.names]

    @property
    def walks_events(self) -> bool:
        """Tell whether the steps are events; they are pages where the pattern names no event."""
        return any(name.is_event for name in self.names)


def refuse_pattern(faults: Sequence[Fault]) -> PatternError:
    """Put all faults into one refusal, in the order in which they stand in the pattern."""
    told = sorted(faults, key=lambda fault: (fault.sign, fault.text))
    return PatternError(
        "The pattern cannot be used. " + " ".join(f"At character {one.sign}: {one.text}." for one in told)
    )


def suggest(near: Sequence[str]) -> str:
    """Ask whether one of the names was meant."""
    return f"did you mean {' or '.join(near)}?".removesuffix("?")
