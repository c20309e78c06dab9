"""A small shop of circles: everybody keeps to the items of their circle, so that taste tells more than popularity."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from echannel.training.tables import Tables
from echannel.tree import EvaluationSettings, Settings
from echannel.workspace import Workspace
from evaluation import ComparisonSettings
from ingest import Event, Order, Product, Sessioned, SiteMap
from lake import Lake
from recommend import AlsSettings, EaseSettings, ForYouSettings, TasteSearchSettings
from tests.drawing import DAY_ONE, make_events
from tests.intake import pseudonym

CIRCLES, SIZE, PEOPLE = 8, 6, 96
DAYS = range(10)

SEARCH = TasteSearchSettings(
    alphas=(10.0,),
    regularizations=(1.0, 1000.0),
    factors=(8,),
    iterations=(4, 5),
    half_lives_days=(30.0,),
    ease_regularizations=(5.0,),
    walk_alphas=(1.0,),
    walk_betas=(0.5,),
)


def choose_settings(**for_you: object) -> Settings:
    """Choose settings that fit so small a shop."""
    suits = ForYouSettings(als=AlsSettings(factors=8, regularization=1.0), ease=EaseSettings(5.0), search=SEARCH)
    return Settings(
        for_you=msgspec.structs.replace(suits, **for_you),
        evaluation=EvaluationSettings(comparison=ComparisonSettings(resamples=200)),
    )


def walk_circles(days: Iterable[int] = DAYS, seed: int = 1) -> pl.DataFrame:
    """Let a third of the people come each day, and look at three items of their circle."""
    chance = np.random.default_rng(seed)
    rows = []
    for day in days:
        for person in range(PEOPLE):
            items = chance.permutation(SIZE)[:3]
            if (person + day) % 3:
                continue
            for place, item in enumerate(items):
                moment = DAY_ONE + timedelta(days=day, minutes=person, seconds=10 * place)
                name = f"c{person % CIRCLES}-{item}"
                rows.append({"visitor_id": f"p{person}", "occurred_at": moment, "name": "view_item", "item_id": name})
    return make_events(rows)


def lay_out(events: pl.DataFrame) -> Tables:
    """Lay events out as the tables that models are made from."""
    return Tables(Sessioned.cast(events).lazy(), Order.create_empty(), Product.create_empty())


def open_space(folder: Path, events: pl.DataFrame, settings: Settings) -> Workspace:
    """Put events into a lake, in place of what it held."""
    lake = Lake(folder)
    lake.replace("events", Event.cast(events.select(Event.column_names())))
    return Workspace(lake, settings, SiteMap(), pseudonym)
