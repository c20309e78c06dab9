"""Commands that learn: train, evaluate."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import to_builtins

if TYPE_CHECKING:
    from echannel.training.gate import Judgement

from echannel.commands.options import LAKE, JsonOption, LakeOption, SettingsOption
from echannel.console import notes, print_document, print_report
from echannel.exits import Exit

METRICS = ("cases", "hit_rate", "mrr", "ndcg", "recall", "coverage", "difference", "low", "high", "verdict")


SearchOption = Annotated[
    bool, typer.Option(help="Search the settings of for-you first, on days before those that the gate judges by.")
]


def train(
    lake: LakeOption = LAKE, settings: SettingsOption = None, search: SearchOption = False, json: JsonOption = False
) -> None:
    """Train the models, judge them, and publish those that do not lose, with the reports.

    A model must not lose to popularity, nor to the one in place. Ends with 5 and publishes nothing where every model
    loses to popularity.
    """
    from echannel.training.publishing import train_and_publish
    from echannel.workspace import open_workspace

    published = train_and_publish(open_workspace(lake, settings), datetime.now(UTC), search=search)
    head = {"model_version": published.model_version, "published": published.model_version is not None}
    if json:
        document = {**head, **_describe(published.judgement), "search": to_builtins(published.search)}
        print_document({**document, "notices": published.notices, "seconds": round(published.seconds, 3)})
    else:
        _show(published.judgement, published.notices)
        notes.print(f"published {published.model_version}" if published.model_version else "nothing published")
    if published.model_version is None:
        raise typer.Exit(Exit.REFUSED)


def evaluate(lake: LakeOption = LAKE, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """Judge the models as `train` does, on the latest sessions, with the code that answers; publish nothing."""
    from echannel.training.gate import judge_models
    from echannel.training.in_place import apply_search, read_in_place
    from echannel.training.tables import read_tables
    from echannel.workspace import open_workspace

    space = open_workspace(lake, settings)
    before = read_in_place(space.serving_folder, space.settings)
    tables = read_tables(space.lake, space.settings)
    judgement = judge_models(tables, apply_search(space.settings, before.search), before)
    notices = [*before.notices, *judgement.notices]
    if json:
        print_document({**_describe(judgement), "notices": notices})
    else:
        _show(judgement, notices)


def _describe(judgement: "Judgement") -> dict[str, object]:
    """Describe each model's metrics, popularity's under the name of the question it answered, and what was decided."""
    named = {}
    for row in judgement.scores.iter_rows(named=True):
        name = row["model"] if row["model"] == row["task"] else f"{row['task']}/{row['model']}"
        named[name] = {metric: row[metric] for metric in METRICS}
    document = {
        "models": named,
        "withheld": list(judgement.choice.withheld),
        "decisions": to_builtins(judgement.decisions),
    }
    return document | ({"stickiness": to_builtins(judgement.stickiness)} if judgement.stickiness else {})


def _show(judgement: "Judgement", notices: list[str]) -> None:
    """Show the scores, and say what is not published as it is set."""
    from echannel.reports import report_evaluation, report_stickiness_effect

    print_report(report_evaluation(judgement.scores))
    if judgement.stickiness:
        print_report(report_stickiness_effect(judgement.stickiness))
    for notice in notices:
        notes.print(notice, markup=False)
    for decision in judgement.decisions:
        if decision.settings is None:
            notes.print(f"{decision.question}: loses to popularity, which answers in its place")
        elif decision.settings == "in place":
            notes.print(f"{decision.question}: stays with the settings in place, to which the new ones lose")
        elif decision.question == "for_you":
            notes.print(f"for_you: answered by {decision.model}")
