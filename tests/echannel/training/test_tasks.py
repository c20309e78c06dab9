"""How models are asked what they are judged by."""

from echannel.training.tables import Tables
from echannel.training.tasks import TASKS
from echannel.training.trial import Trial, answer_cases
from echannel.tree import Settings
from ingest import Product
from serving import Answers, RankedLists, Snapshot
from tests.drawing import draw
from tests.shop_orders import order

LOOKS = """
    visitor | time    | item | name
    ann     | 1 08:00 | plan | view_item
"""
ORDERS = """
    person | time    | order | item | channel
    ann    | 1 08:05 | o1    | plan | {channel}
    ann    | 1 08:05 | o1    | pack | {channel}
"""


def ask(channel: str) -> list[list[str]]:
    """Ask what goes with a pack and with a plan that were bought on a channel."""
    tables = Tables(draw(LOOKS).lazy(), order(ORDERS.format(channel=channel)), Product.create_empty())
    lists = RankedLists.from_rows(
        ["plan", "app\tplan"], ["phone", "pack"], score=[1, 1], together=[60, 60], alone=[90, 90]
    )
    trial, task = Trial(tables, tables, Settings()), TASKS["also_bought"]
    return [
        list(ids) for ids in answer_cases(task.list_cases(trial), task.ask(Answers(Snapshot(also_bought=lists)), trial))
    ]


def test_also_bought_is_judged_as_it_is_served_on_the_channel_of_the_order() -> None:
    assert ask("app") == [["pack", "phone"], []]
    assert ask("web") == [["phone"], []]
