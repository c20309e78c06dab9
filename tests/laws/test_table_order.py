"""Laws of published answers: the rows of the lake stand in no order, and none is needed."""

import msgspec
import polars as pl

from echannel.reports import Desk, write_reports
from echannel.training.building import build_snapshot
from echannel.training.tables import Tables
from echannel.tree import Settings
from serving import write_snapshot
from tests.world import read_world


def tables(sessioned: pl.DataFrame) -> Tables:
    world = read_world(visits=600)
    return Tables(sessioned.lazy(), world.orders, world.products)


def test_reports_are_the_same_in_whatever_order_the_events_stand():
    sessioned = read_world(visits=600).sessioned
    ordered, shuffled = (
        msgspec.json.encode(write_reports(Desk(tables(rows), Settings())))
        for rows in (sessioned, sessioned.sample(fraction=1, shuffle=True, seed=7))
    )
    assert ordered == shuffled


def test_snapshots_are_the_same_in_whatever_order_the_events_stand(tmp_path):
    """A snapshot's version follows from its content."""
    sessioned = read_world(visits=600).sessioned
    ordered, shuffled = (
        write_snapshot(tmp_path, build_snapshot(tables(rows), Settings()), made_at="now").model_version
        for rows in (sessioned, sessioned.sample(fraction=1, shuffle=True, seed=7))
    )
    assert ordered == shuffled
