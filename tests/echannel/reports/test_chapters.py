"""The list of reports: chapters, as a reader looks for them."""

from echannel.reports import CHAPTERS, Desk, write_reports
from echannel.training.tables import Tables
from echannel.tree import Settings
from ingest import Order, Product
from paths import FunnelDefinition, FunnelStep
from tests.drawing import draw

FUNNEL = FunnelDefinition(name="order", steps=(FunnelStep("view_item"), FunnelStep("purchase")))


def test_each_report_stands_in_its_chapter_and_the_chapters_one_after_the_other() -> None:
    clicks = draw("time | name | page\n08:00 | page_view | home\n08:01 | page_view | plan")
    tables = Tables(clicks.lazy(), Order.create_empty(), Product.create_empty())
    reports = write_reports(Desk(tables, Settings(funnels={"order": FUNNEL})))
    chapters = [report.chapter.en for report in reports]
    assert list(dict.fromkeys(chapters)) == [title.en for title in CHAPTERS]
    assert chapters == sorted(chapters, key=[title.en for title in CHAPTERS].index)
    assert {report.name for report in reports if report.chapter.en == "Funnels"} >= {"funnel-order"}
