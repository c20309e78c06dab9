"""Questions: reading what a request asks, and telling all that is wrong with it."""

from typing import Any, TypeVar, get_args

import msgspec
from aiohttp import web
from msgspec.structs import FieldInfo
from multidict import MultiMapping

from api.keys import SETTINGS
from api.messages import MAX_QUESTIONS, AnyQuestion, Batch, BatchQuestion, Fault
from api.problems import ProblemError
from api.requests.bodies import read_body
from api.requests.fields import Reading, list_fields, read_fields
from api.requests.unpacking import TooLargeError, UnreadableError, unpack

MOST_DEPTH = 16
"""A definition of a funnel has seven."""

KINDS: dict[str, type[BatchQuestion]] = {str(kind.__struct_config__.tag): kind for kind in get_args(BatchQuestion)}
"""The questions of a batch by their names."""

Q = TypeVar("Q", bound=msgspec.Struct)


def read_query(query: MultiMapping[str], kind: type[Q]) -> Q:
    """Read query parameters into their type; raises a 400 problem with every fault."""
    given = {name: query.getall(name) for name in query}
    values, faults = read_fields(given, kind, "query parameter ", _read_parameter)
    if faults:
        raise ProblemError(400, "Mend the query parameters that are listed under errors.", faults=faults)
    return kind(**values)


def _read_parameter(texts: list[str], field: FieldInfo) -> object:
    """Read one parameter; only those that hold lists may be repeated."""
    if field.default_factory is list:
        return msgspec.convert(texts, field.type, strict=False)
    if len(texts) > 1:
        raise msgspec.ValidationError("It may be given once.")
    return msgspec.convert(texts[0], _require_value(field.type), strict=False)


def _require_value(kind: Any) -> Any:
    """Take None out of a type: a parameter may be left out, but the text "null" is no value."""
    kinds = get_args(kind)
    return kinds[0] if type(None) in kinds else kind


async def read_batch(request: web.Request) -> Batch:
    """Read a batch from a request's body; raises 400, 408, 413, 415 or 422 problems with every fault."""
    document = await read_document(
        request, "Ask fewer questions at once; of a long basket or visit, give the 100 latest."
    )
    questions = document.get("requests") if isinstance(document, dict) else None
    if not isinstance(questions, list) or set(document) != {"requests"} or not 1 <= len(questions) <= MAX_QUESTIONS:
        raise ProblemError(422, f'Send {{"requests": [...]}} with 1 to {MAX_QUESTIONS} questions and nothing else.')
    return Batch(read_questions(questions))


async def read_document(request: web.Request, shorten: str = "") -> Any:
    """Read the JSON of a request's body; raises 400, 408, 413 or 415 problems. `shorten` says what to do about 413."""
    if request.content_type != "application/json":
        raise ProblemError(415, "Send the body as application/json.")
    content = await _read_body(request, shorten)
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError(400, "The body is not valid JSON.") from None


async def read_object(request: web.Request) -> dict[str, Any]:
    """Read a JSON object that is passed on: no deeper than whoever takes it can read; raises 422 problems, too."""
    document = await read_document(request)
    if not isinstance(document, dict):
        raise ProblemError(422, "Send an object, in braces.")
    level: list[Any] = [document]
    for _ in range(MOST_DEPTH):
        level = [inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)]
        level = [inner for inner in level if isinstance(inner, dict | list)]
    if level:
        raise ProblemError(422, f"The body is nested too deeply: {MOST_DEPTH} levels are enough for everything here.")
    return document


async def _read_body(request: web.Request, shorten: str) -> bytes:
    """Read a body within its limits of size and time, plain or as gzip."""
    settings = request.app[SETTINGS]
    try:
        return unpack(await read_body(request, settings.body_bytes, settings.body_seconds), settings.body_bytes)
    except TooLargeError:
        told = f"The body is too large: it may hold {settings.body_bytes:,} bytes, unpacked. {shorten}"
        raise ProblemError(413, told.rstrip()) from None
    except UnreadableError:
        raise ProblemError(400, "The body could not be read: its packing is torn.") from None


def read_questions(documents: list[Any]) -> list[BatchQuestion]:
    """Read each question by itself, so that the faults of all are told at once."""
    faults: list[Fault] = []
    asked: list[dict[str, Any]] = []
    for place, document in enumerate(documents):
        values, found = _read_question(document, f"requests[{place}]")
        faults += found
        if "id" in values and any(values["id"] == other.get("id") for other in asked):
            faults.append(Fault(f"requests[{place}].id", "Another question has this id; give each its own."))
        asked.append(values)
    if faults:
        raise ProblemError(422, "Mend the questions that are listed under errors.", faults=faults)
    return [KINDS[document["kind"]](**values) for document, values in zip(documents, asked, strict=True)]


def _read_question(document: object, where: str) -> Reading:
    """Read the fields of one question by its kind; of a kind that is none, those that every question has."""
    if not isinstance(document, dict):
        return Reading({}, [Fault(where, "An object is needed, in braces.")])
    name = document.get("kind")
    if isinstance(name, str) and name in KINDS:
        return read_fields(document, KINDS[name], f"{where}.", _read_value)
    shared = {name: document[name] for name in document.keys() & list_fields(AnyQuestion)}
    values, faults = read_fields(shared, AnyQuestion, f"{where}.", _read_value)
    what = "Unknown" if "kind" in document else "Missing"
    return Reading(values, [Fault(f"{where}.kind", f"{what}. There are: {', '.join(KINDS)}."), *faults])


def _read_value(value: object, field: FieldInfo) -> object:
    return msgspec.convert(value, field.type)
