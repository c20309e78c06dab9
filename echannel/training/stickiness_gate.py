"""The gate of stickiness: what it costs the lists in hits, or brings them, told beside the models' own scores."""

from collections.abc import Mapping
from dataclasses import replace

import msgspec
import numpy as np
import polars as pl

from echannel.training.contest import Contest, hold_contest
from echannel.training.decisions import Difference, StickinessEffect
from echannel.training.trial import Trial
from evaluation import mark_hits
from serving import Answers, MerchandisingSettings, Snapshot

WITHOUT, WITH = "without", "with"
HITS = "hit_rate"


def judge_stickiness(answerers: Mapping[str, Snapshot], trial: Trial) -> list[StickinessEffect]:
    """Judge each question's lists, as they will be answered, with stickiness and without; none where it is off.

    `answerers` holds for each task the snapshot that answers it, learnt from the earlier sessions; so is the
    stickiness. Other rules of merchandisers stay away. It decides nothing: what keeps people is not what was clicked
    next, and how much of the one is worth how much of the other is the merchandiser's to say.
    """
    power = trial.settings.merchandising.stickiness_power
    rules = MerchandisingSettings(stickiness_power=power)
    effects = []
    for task, snapshot in answerers.items() if power else ():
        contenders = {WITHOUT: Answers(snapshot), WITH: Answers(replace(snapshot, merchandising=rules))}
        contest = hold_contest(task, contenders, snapshot.popular.targets.tolist(), trial)
        effects += [_tell(contest)] if len(contest.cases) else []
    return effects


def _tell(contest: Contest) -> StickinessEffect:
    settings, relevant = contest.settings, contest.cases["relevant"].to_list()
    without, with_it = (
        mark_hits(contest.answers[name], relevant, settings.k).hits.any(axis=1) for name in (WITHOUT, WITH)
    )
    by_hits = contest._replace(settings=msgspec.structs.replace(settings, metric=HITS))
    return StickinessEffect(
        contest.task,
        len(relevant),
        int(np.count_nonzero(with_it & ~without)),
        int(np.count_nonzero(without & ~with_it)),
        _differ(by_hits),
        settings.metric,
        _differ(contest),
    )


def _differ(contest: Contest) -> Difference:
    row = contest.compare(WITHOUT).row(by_predicate=pl.col("model") == WITH, named=True)
    return Difference(row["difference"], row["low"], row["high"], row["verdict"])
