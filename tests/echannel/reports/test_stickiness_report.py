from echannel.reports import REPORTS, Desk
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product
from tests.drawing import draw


def test_the_products_of_most_people_come_first_and_what_is_not_known_stays_empty():
    seen = draw("""
        visitor | time    | name      | item
        ann     | 1 08:00 | view_item | tv
        bob     | 1 08:00 | view_item | tv
        bob     | 1 09:00 | view_item | toy
    """)
    report = REPORTS["stickiness"](Desk(Tables(seen.lazy(), Order.create_empty(), Product.create_empty()), Settings()))
    people = [column.name for column in report.columns].index("people")
    assert [(row[0], row[people]) for row in report.rows] == [("tv", 2), ("toy", 1)]
    assert {row[[column.name for column in report.columns].index("retained")] for row in report.rows} == {None}
