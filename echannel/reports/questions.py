"""Questions about one funnel, as a person asks them in the shell."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from echannel.exits import Exit, Stop
from echannel.reports.converts import report_comparison, report_lost, report_separation
from echannel.reports.document import Desk
from echannel.reports.funnels import report_funnel, report_histogram, report_times, report_trend
from echannel.reports.measured import MeasuredFunnel, measure_funnel
from paths import FunnelDefinition, Period, label_step
from serving import Report


class Question(NamedTuple):
    """What is asked beside the subject; None where nothing was said."""

    by: Period | None = None
    groups: tuple[str, str] | None = None
    step: int | None = None


ANSWERS: dict[str, Callable[[MeasuredFunnel, Question], Report]] = {
    "funnel": lambda measured, _: report_funnel(measured),
    "funnel-times": lambda measured, _: report_times(measured),
    "funnel-histogram": lambda measured, _: report_histogram(measured),
    "funnel-trend": lambda measured, question: report_trend(measured, question.by or "day"),
    "funnel-comparison": lambda measured, question: report_comparison(measured, question.groups or ("", "")),
    "funnel-separation": lambda measured, question: report_separation(measured, question.step or 1),
    "funnel-lost": lambda measured, question: report_lost(measured, question.step or 1),
}
"""Reports on one funnel by the subject that `echannel report` takes."""
OPTIONS = {
    "funnel-trend": ("by",),
    "funnel-comparison": ("groups",),
    "funnel-separation": ("step",),
    "funnel-lost": ("step",),
}
"""Options that a subject knows; the others know none."""
PUBLISHED = ("funnel", "funnel-times", "funnel-histogram", "funnel-trend", "funnel-separation")
"""Subjects that stand in each snapshot, for each funnel: none of them is a list of people."""


def choose_funnel(funnels: Mapping[str, FunnelDefinition], subject: str, name: str | None) -> str:
    """Choose the funnel asked for, or the only one there is; raises `Stop` where there is none of that name."""
    if name is None and len(funnels) == 1:
        return next(iter(funnels))
    if name is None or name not in funnels:
        raise Stop(
            Exit.WRONG_USE,
            f"there is no funnel {name!r}" if name else "a funnel's name is needed",
            f"report {subject}",
            f"Name one of the settings' funnels: {', '.join(funnels)}.",
        )
    return name


def check_question(subject: str, question: Question, funnel: FunnelDefinition | None) -> None:
    """Refuse options that the subject does not know, groups left out, and steps that are not there; raises `Stop`."""
    for option, value in question._asdict().items():
        if value is not None and option not in OPTIONS.get(subject, ()):
            knowing = " and ".join(name for name, known in OPTIONS.items() if option in known)
            raise Stop(Exit.WRONG_USE, f"it takes no --{option}", f"report {subject}", f"--{option} is for {knowing}.")
    if subject == "funnel-comparison" and question.groups is None:
        raise Stop(
            Exit.WRONG_USE,
            "two groups are needed",
            "report funnel-comparison",
            "Add --groups app web, or --groups 2026-03-02..2026-03-08 2026-03-09..2026-03-15.",
        )
    if question.step is not None and funnel is not None:
        _check_step(subject, question.step, funnel)


def _check_step(subject: str, step: int, funnel: FunnelDefinition) -> None:
    """Refuse a step that the funnel does not have, or after which nobody can be lost."""
    last = max(len(funnel.steps) - 1, 1)
    if not 1 <= step <= last:
        known = ", ".join(f"{number} {label_step(funnel, number)}" for number in range(1, last + 1))
        wrong = f"--step {step} is no step before the last"
        raise Stop(Exit.WRONG_USE, wrong, f"report {subject}", f"Choose of {known}.")


def publish_funnel(desk: Desk, name: str) -> list[Report]:
    """Write the reports on a funnel that stand in each snapshot, from one table of levels."""
    measured = measure_funnel(desk, name)
    return [ANSWERS[subject](measured, Question()) for subject in PUBLISHED]
