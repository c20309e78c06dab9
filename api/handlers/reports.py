"""Reports: the tables of the daily run, as the snapshot carries them."""

import msgspec
from aiohttp import web

from api.handlers.recommendations import find_edition
from api.messages import NoQuery, ReportEntry, ReportList, Title
from api.problems import ProblemError
from api.requests.questions import read_query
from api.responses import ready_json, respond_ready
from serving import Text

PRIVATE = "private, max-age=60"
"""Reports are the operator's own; only the asker's own cache may keep them."""


async def list_reports(request: web.Request) -> web.Response:
    """List the reports of the snapshot that is served."""
    read_query(request.query, NoQuery)
    edition = find_edition(request)
    entries = [
        ReportEntry(report.name, _entitle(report.title), _entitle(report.chapter), len(report.rows))
        for report in edition.reports.values()
    ]
    return respond_ready(request, ready_json(msgspec.json.encode(ReportList(edition.version, entries)), PRIVATE))


async def show_report(request: web.Request) -> web.Response:
    """Show one report: its columns and rows."""
    read_query(request.query, NoQuery)
    document = find_edition(request).documents.get(request.match_info["name"])
    if document is None:
        raise ProblemError(404, "There is no report of this name; /v1/reports lists those there are.")
    return respond_ready(request, ready_json(document, PRIVATE))


def _entitle(text: Text) -> Title:
    return Title(text.en, text.zh)
