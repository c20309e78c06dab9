"""HTTP: every route of the OpenAPI document, with an answer that the server gave."""

import json
from typing import Any

from docs.writers.answers import QUESTIONS, ask_api
from docs.writers.markdown import write_code, write_page, write_table

INTRODUCTION = """\
`echannel serve` answers at `http://127.0.0.1:8080`. `GET /openapi.json` is the same description for machines
(OpenAPI 3.1); `GET /` is a page for people, in Chinese and English. Failures are `application/problem+json` (RFC 9457):
`errors` names everything that is wrong with a request, each question of a batch by its place, and what is taken there;
what was sent is never said back. Answers about items and pages may be kept for a minute and bear an `ETag`; answers
about visitors and batches are never kept. Recommendations and the collector need no key; reports, definitions of
funnels and lists of people do, as each route says: [keys of the API](api-keys.md).
"""


def write_http() -> str:
    """Write the page of all routes and messages."""
    described, answers = ask_api()
    document: Any = described
    routes = [
        _write_route(path, method, operation, answers.get(f"{method.upper()} {path}"))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    messages = [_write_message(name, schema) for name, schema in document["components"]["schemas"].items()]
    return write_page("HTTP", INTRODUCTION, *routes, "## Messages", *messages)


def _write_route(path: str, method: str, operation: Any, answer: str | None) -> str:
    rows = [
        [f"`{part['name']}`", part["in"], _show_default(part["schema"]), _tell(part)]
        for part in operation["parameters"]
    ]
    failures = ", ".join(status for status in operation["responses"] if not status.startswith("2"))
    told = [
        f"## `{method.upper()} {path}`",
        operation["summary"],
        write_table(["parameter", "in", "default", "meaning"], rows),
        _tell_key(operation.get("security", [])),
        f"Also answers with: {failures}." if failures else "",
        _write_example(f"{method.upper()} {path}", answer, "security" in operation) if answer else "",
    ]
    return "\n\n".join(filter(None, told))


def _tell_key(security: Any) -> str:
    """Tell what a key must be good for, and whether one is needed before any was made."""
    scopes = [scope for choice in security for scope in choice.get("key", [])]
    once = " once any key was made" if {} in security else ""
    return f"Needs a key with the scope `{scopes[0]}`{once}." if scopes else ""


def _write_example(route: str, answer: str, guarded: bool) -> str:
    question = QUESTIONS[route]
    key = ' -H "Authorization: Bearer $ECHANNEL_KEY"' if guarded else ""
    method = " -X PUT" if route.startswith("PUT") else ""
    body = f" --json '{json.dumps(question.body)}'" if question.body else ""
    asking = f"curl 'http://127.0.0.1:8080{question.path}'{key}{method}{body}"
    return f"{write_code(asking, 'sh')}\n\n{write_code(answer, 'json')}"


def _write_message(name: str, schema: Any) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        [f"`{key}`", _name_type(node), "always" if key in needed else _write_default(node), _tell(node)]
        for key, node in schema["properties"].items()
    ]
    fields = write_table(["field", "type", "given", "meaning"], rows)
    return f"### {name}\n\n{schema.get('description', '')}\n\n{fields}"


def _tell(node: Any) -> str:
    """Tell what a parameter or field means; one that may be null says it of what it else is."""
    inner = [node, node.get("schema", {}), *node.get("anyOf", ())]
    return next((part["description"] for part in inner if "description" in part), "")


def _show_default(schema: Any) -> str:
    return "needed" if "default" not in schema and schema == {"type": "string"} else _write_default(schema)


def _write_default(schema: Any) -> str:
    return "–" if schema.get("default") in (None, []) else f"`{json.dumps(schema['default'])}`"


def _name_type(node: Any) -> str:
    """Name a field's type: a message, a choice, or a plain kind."""
    if "$ref" in node:
        return f"{node['$ref'].rsplit('/', 1)[-1]}"
    if "anyOf" in node:
        return " or ".join(_name_type(part) for part in node["anyOf"])
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if node.get("type") == "array":
        return f"list of {_name_type(node['items'])}"
    return str(node.get("type", "any"))
