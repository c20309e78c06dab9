"""Merging: findings that tell of the same thing become one story."""

from collections.abc import Iterable

from ingest import STAGES
from paths.carts.stories.findings import Finding


def merge_findings(findings: Iterable[Finding]) -> list[tuple[Finding, int]]:
    """Merge findings: the strongest of each group stays, with how many it stands for.

    Of equally strong ones the most specific stays: a device before a channel before all; then by place.
    """
    kept: list[tuple[Finding, int]] = []
    for finding in sorted(findings, key=_rank):
        place = next((place for place, (other, _) in enumerate(kept) if _is_near(finding, other)), None)
        if place is None:
            kept.append((finding, 1))
        else:
            kept[place] = (kept[place][0], kept[place][1] + 1)
    return kept


def _rank(finding: Finding) -> tuple[float, int, str, str, str]:
    channel, device = finding.cell.channel or "", finding.cell.device or ""
    return -round(finding.strength, 6), (not channel) + (not device), finding.cell.place, channel, device


def _is_near(one: Finding, other: Finding) -> bool:
    """Tell whether two findings share days, people, and the stage or one beside it."""
    same_people = all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.cell.channel, other.cell.channel), (one.cell.device, other.cell.device))
    )
    together = one.first_day <= other.last_day and other.first_day <= one.last_day
    return one.against == other.against and same_people and together and _is_beside(one.stage, other.stage)


def _is_beside(one: str | None, other: str | None) -> bool:
    return one is None or other is None or abs(STAGES.index(one) - STAGES.index(other)) <= 1
