"""Commands that learn: train, evaluate."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    import dataframely as dy

    from evaluation import Score

from echannel.commands.options import LAKE, JsonOption, LakeOption, SettingsOption
from echannel.console import notes, print_document, print_report
from echannel.exits import Exit

METRICS = ("cases", "hit_rate", "mrr", "ndcg", "recall", "coverage", "difference", "low", "high", "verdict")


def train(lake: LakeOption = LAKE, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """Train the models, judge them against popularity, and publish those that do not lose, with the reports.

    Ends with 5 and publishes nothing where every model loses to popularity.
    """
    from echannel.reports import report_evaluation
    from echannel.training.publishing import train_and_publish
    from echannel.workspace import open_workspace

    published = train_and_publish(open_workspace(lake, settings), datetime.now(UTC))
    document = {
        "model_version": published.model_version,
        "published": published.model_version is not None,
        "models": _describe_scores(published.scores),
        "withheld": published.withheld,
        "notices": published.notices,
        "seconds": round(published.seconds, 3),
    }
    if json:
        print_document(document)
    else:
        print_report(report_evaluation(published.scores))
        for notice in published.notices:
            notes.print(notice, markup=False)
        notes.print(f"published {published.model_version}" if published.model_version else "nothing published")
    if published.model_version is None:
        raise typer.Exit(Exit.REFUSED)


def evaluate(lake: LakeOption = LAKE, settings: SettingsOption = None, json: JsonOption = False) -> None:
    """Judge the models against popularity on the latest sessions, with the code that answers; publish nothing."""
    from echannel.reports import report_evaluation
    from echannel.training.gate import judge_models
    from echannel.training.tables import read_tables
    from echannel.workspace import open_workspace

    space = open_workspace(lake, settings)
    scores = judge_models(read_tables(space.lake, space.settings), space.settings)
    if json:
        print_document({"models": _describe_scores(scores)})
    else:
        print_report(report_evaluation(scores))


def _describe_scores(scores: "dy.DataFrame[Score]") -> dict[str, dict[str, object]]:
    """Describe each model's metrics, popularity's under the name of the question it answered."""
    named = {}
    for row in scores.iter_rows(named=True):
        name = row["model"] if row["model"] == row["task"] else f"{row['task']}/{row['model']}"
        named[name] = {metric: row[metric] for metric in METRICS}
    return named
