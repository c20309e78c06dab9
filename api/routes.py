"""Routes: the one table of what can be asked, which the app serves and the OpenAPI document describes."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from api.access import Scope
from api.collector import ENDPOINTS, FLAG_PATHS, answer_flags, respond_preflight, take_events
from api.handlers.funnels import keep_funnel, list_funnels, list_lost, remove_funnel, show_funnel
from api.handlers.health import show_alive, show_metrics, show_ready
from api.handlers.layouts import answer_layout
from api.handlers.page import show_description, show_page, show_page_file
from api.handlers.queries import query_report
from api.handlers.recommendations import (
    answer_also_bought,
    answer_also_viewed,
    answer_batch,
    answer_bought_after_viewing,
    answer_for_visitor,
    answer_next_clicks,
    answer_next_items,
    answer_trending,
)
from api.handlers.reports import list_reports, show_report
from api.messages import (
    Batch,
    BatchAnswer,
    FunnelDocument,
    FunnelList,
    Health,
    ItemQuery,
    ItemsAnswer,
    LayoutAnswer,
    LayoutQuery,
    LostList,
    LostQuery,
    NextClickQuery,
    NextItemQuery,
    NoQuery,
    PagesAnswer,
    ReportList,
    ReportQuery,
    TrendQuery,
    VisitorQuery,
)
from serving import Report

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Route:
    """One thing that can be asked."""

    path: str
    """Path with its parameters in braces; `(?s:.+)` takes slashes and line breaks too, `(?!query$)…` leaves one out."""
    handler: Handler
    answer: type[msgspec.Struct] | str
    """The message that answers, or the media type of what is no JSON; empty where nothing is said."""
    method: str = "GET"
    query: type[msgspec.Struct] = NoQuery
    body: type[msgspec.Struct] | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    """What each parameter of the path means."""
    successes: tuple[int, ...] = (200,)
    """Statuses that it may succeed with."""
    problems: tuple[int, ...] = ()
    """Statuses that it may fail with, beside those that any route may."""
    kept: bool = False
    """Whether it bears a tag and may be answered with 304."""
    shown: bool = True
    """Whether it is part of the API, rather than of the page."""
    scope: Scope | None = None
    """What a key must be good for to ask it; None where nobody needs one."""
    published: bool = False
    """Whether it shows what is published, which is open to everybody as long as no key was made."""

    @property
    def template(self) -> str:
        """The path as OpenAPI writes it."""
        return re.sub(r"\{(\w+):[^}]+\}", r"{\1}", self.path)


ITEM = {"item_id": "The item; one that nobody knows gets what is popular."}
PAGE = {"page": "The page, as the site map names it; slashes may stand as they are or as %2F."}
VISITOR = {"visitor_id": "The device, cookie or login id as the channel knows it; it is never stored or logged."}
FUNNEL_ID = {"funnel_id": "The funnel's id, as /v1/funnels lists them."}

ROUTES = (
    Route(
        "/v1/items/{item_id}/also-viewed", answer_also_viewed, ItemsAnswer,
        query=ItemQuery, parameters=ITEM, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/items/{item_id}/also-bought", answer_also_bought, ItemsAnswer,
        query=ItemQuery, parameters=ITEM, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/items/{item_id}/bought-after-viewing", answer_bought_after_viewing, ItemsAnswer,
        query=ItemQuery, parameters=ITEM, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/pages/{page:(?s:.+)}/next-clicks", answer_next_clicks, PagesAnswer,
        query=NextClickQuery, parameters=PAGE, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/pages/{page:.+}/layout", answer_layout, LayoutAnswer,
        query=LayoutQuery, parameters=PAGE, problems=(400, 404, 503), kept=True,
    ),
    Route(
        "/v1/items/{item_id}/next-items", answer_next_items, ItemsAnswer,
        query=NextItemQuery, parameters=ITEM, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/trending", answer_trending, ItemsAnswer,
        query=TrendQuery, problems=(400, 409, 503), kept=True,
    ),
    Route(
        "/v1/visitors/{visitor_id}/recommendations", answer_for_visitor, ItemsAnswer,
        query=VisitorQuery, parameters=VISITOR, problems=(400, 409, 503),
    ),
    Route(
        "/v1/recommendations:batch", answer_batch, BatchAnswer,
        method="POST", body=Batch, problems=(400, 408, 409, 413, 415, 422, 503),
    ),
    Route(
        "/v1/reports", list_reports, ReportList,
        problems=(400, 503), kept=True, scope="reports", published=True,
    ),
    Route(
        "/v1/reports/{name:(?!query$)[^/]+}", show_report, Report,
        parameters={"name": "The report's name, from /v1/reports."},
        problems=(400, 404, 503), kept=True, scope="reports", published=True,
    ),
    Route(
        "/v1/reports/query", query_report, Report,
        method="POST", body=ReportQuery, problems=(400, 404, 408, 409, 413, 415, 422, 501, 503, 504), scope="reports",
    ),
    Route(
        "/v1/funnels", list_funnels, FunnelList,
        problems=(400, 501, 503, 504), kept=True, scope="reports",
    ),
    Route(
        "/v1/funnels/{funnel_id}", show_funnel, FunnelDocument,
        parameters=FUNNEL_ID, problems=(400, 404, 501, 503, 504), kept=True, scope="reports",
    ),
    Route(
        "/v1/funnels/{funnel_id}", keep_funnel, FunnelDocument,
        method="PUT", body=FunnelDocument, parameters=FUNNEL_ID, successes=(200, 201), scope="funnels",
        problems=(400, 408, 409, 412, 413, 415, 422, 428, 501, 503, 504),
    ),
    Route(
        "/v1/funnels/{funnel_id}", remove_funnel, "",
        method="DELETE", parameters=FUNNEL_ID, successes=(204,), scope="funnels",
        problems=(400, 404, 409, 412, 501, 503, 504),
    ),
    Route(
        "/v1/funnels/{funnel_id}/lost", list_lost, LostList,
        query=LostQuery, parameters=FUNNEL_ID, problems=(400, 404, 409, 501, 503, 504), scope="people",
    ),
    Route("/healthz", show_alive, Health),
    Route("/readyz", show_ready, Health, problems=(503,)),
    Route("/metrics", show_metrics, "text/plain"),
    Route("/openapi.json", show_description, "application/json", kept=True),
    Route("/", show_page, "text/html", kept=True, shown=False),
    Route("/dashboard/{file}", show_page_file, "text/plain", problems=(404,), kept=True, shown=False),
)  # fmt: skip

COLLECTOR_ROUTES = (
    *(
        Route(endpoint.path, take_events(endpoint), endpoint.reply.media, method=method, shown=False)
        for endpoint in ENDPOINTS
        for method in endpoint.methods
    ),
    *(
        Route(path, answer_flags, "application/json", method=method, shown=False)
        for path in FLAG_PATHS
        for method in ("GET", "POST")
    ),
    *(
        Route(path, respond_preflight, "text/plain", method="OPTIONS", shown=False)
        for path in (*(endpoint.path for endpoint in ENDPOINTS), *FLAG_PATHS)
    ),
)
"""What trackers ask and send, by their own paths; served where the collector is on, and no part of the description."""
