from tests.api.conftest import Client
from tests.serving.shop import make_report


async def test_the_list_names_every_report(client: Client) -> None:
    response = await client.get("/v1/reports")
    listed = await response.json()
    title = {"en": "Where orders were given up", "zh": "订单在哪里放弃"}
    chapter = {"en": "Reports", "zh": "报表"}
    assert listed["reports"] == [{"name": "abandonment", "title": title, "chapter": chapter, "rows": 2}]
    assert response.headers["Cache-Control"] == "private, max-age=60"


async def test_a_report_comes_as_it_was_published(client: Client) -> None:
    response = await client.get("/v1/reports/abandonment")
    assert (await response.json())["rows"] == make_report().rows
    again = await client.get("/v1/reports/abandonment", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status == 304


async def test_a_report_that_is_not_there_is_a_problem(client: Client) -> None:
    assert (await client.get("/v1/reports/other")).status == 404
