"""Questions: reading what a request asks, and telling all that is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

import msgspec
from aiohttp import web
from msgspec.structs import FieldInfo
from multidict import MultiMapping

from api.keys import SETTINGS
from api.messages import MAX_QUESTIONS, Batch, BatchQuestion, Fault
from api.problems import ADVICE, ProblemError
from api.requests.bodies import read_body
from api.requests.shapes import PLAIN_WORD
from api.requests.unpacking import TooLargeError, UnreadableError, unpack

MOST_DEPTH = 16
"""A definition of a funnel has seven."""

Q = TypeVar("Q", bound=msgspec.Struct)


def read_query(query: MultiMapping[str], kind: type[Q]) -> Q:
    """Read query parameters into their type; raises a 400 problem with every fault."""
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    faults = [_name_unknown(name, fields) for name in sorted(set(query) - set(fields))]
    values: dict[str, object] = {}
    for name in sorted(set(query) & set(fields)):
        try:
            values[name] = _read_field(query.getall(name), fields[name])
        except msgspec.ValidationError:
            faults.append(Fault(f"query parameter {name}", f"Not acceptable. {describe_field(fields[name].type)}"))
    if faults:
        raise ProblemError(400, "Mend the query parameters that are listed under errors.", faults=faults)
    return kind(**values)


def describe_field(kind: Any) -> str:
    """Find what a field's type says about itself."""
    for part in (kind, *get_args(kind)):
        for note in getattr(part, "__metadata__", ()):
            if isinstance(note, msgspec.Meta) and note.description:
                return note.description
    return ""


def _read_field(texts: list[str], field: FieldInfo) -> object:
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
    document = await read_document(request)
    questions = document.get("requests") if isinstance(document, dict) else None
    if not isinstance(questions, list) or set(document) != {"requests"} or not 1 <= len(questions) <= MAX_QUESTIONS:
        raise ProblemError(422, f'Send {{"requests": [...]}} with 1 to {MAX_QUESTIONS} questions and nothing else.')
    return Batch(_convert_questions(questions))


async def read_document(request: web.Request) -> Any:
    """Read the JSON of a request's body; raises 400, 408, 413 or 415 problems."""
    if request.content_type != "application/json":
        raise ProblemError(415, "Send the body as application/json.")
    content = await _read_body(request)
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


async def _read_body(request: web.Request) -> bytes:
    """Read a body within its limits of size and time, plain or as gzip."""
    settings = request.app[SETTINGS]
    try:
        return unpack(await read_body(request, settings.body_bytes, settings.body_seconds), settings.body_bytes)
    except TooLargeError:
        raise ProblemError(413, ADVICE[413]) from None
    except UnreadableError:
        raise ProblemError(400, "The body could not be read: its packing is torn.") from None


def _convert_questions(questions: list[object]) -> list[BatchQuestion]:
    """Check each question by itself, so that the faults of all are told at once."""
    faults: list[Fault] = []
    asked: dict[str, BatchQuestion] = {}
    for place, question in enumerate(questions):
        try:
            known: BatchQuestion = msgspec.convert(question, BatchQuestion)
        except msgspec.ValidationError as fault:
            faults.append(Fault(f"requests[{place}]", _clean_message(str(fault))))
            continue
        if known.id in asked:
            faults.append(Fault(f"requests[{place}].id", "Another question has this id; give each its own."))
        asked[known.id] = known
    if faults:
        raise ProblemError(422, "Mend the questions that are listed under errors.", faults=faults)
    return list(asked.values())


def _name_unknown(name: str, fields: Mapping[str, object]) -> Fault:
    known = f"Known ones: {', '.join(fields)}." if fields else "There are none here."
    shown = name if PLAIN_WORD.fullmatch(name) else "(not shown)"
    return Fault(f"query parameter {shown}", f"Unknown. {known}")


def _clean_message(message: str) -> str:
    """Take the caller's own values out of a validator's message."""
    return re.sub(r" '[^']*'|(?<=field )`[^`]*`", "", message)
