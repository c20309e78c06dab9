"""OpenAPI 3.1: the API's description, made from the message types and the table of routes."""

import inspect
from collections.abc import Iterable, Mapping
from http import HTTPStatus

import msgspec

from api.messages import Problem
from api.problems import PROBLEM_TYPE
from api.routes import Route

REFERENCE = "#/components/schemas/{name}"

KEYS = "A key made by `echannel access add`. Published reports need none as long as no key was made."

Node = dict[str, object]


def describe_api(routes: Iterable[Route]) -> Node:
    """Describe every route that is part of the API."""
    shown = [route for route in routes if route.shown]
    paths: dict[str, Node] = {}
    for route in shown:
        paths.setdefault(route.template, {})[route.method.lower()] = _describe_route(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "echannel",
            "version": "1",
            "description": "Recommendations and reports of a telecom operator's web hall, WAP and app.",
        },
        "paths": paths,
        "components": {
            "schemas": _describe_types([*_list_types(shown), Problem]),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer", "description": KEYS}},
        },
    }


def _describe_route(route: Route) -> Node:
    described: Node = {
        "operationId": getattr(route.handler, "__name__", ""),
        "summary": (inspect.getdoc(route.handler) or "").split("\n", 1)[0],
        "parameters": [*_describe_path(route.parameters), *_describe_query(route.query)],
        "responses": _describe_responses(route),
    }
    if route.scope is not None:
        described["security"] = [{"key": [route.scope]}, *([{}] if route.published else [])]
    if route.body is not None:
        content = {"application/json": {"schema": _refer(route.body)}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _describe_responses(route: Route) -> Node:
    media = route.answer if isinstance(route.answer, str) else "application/json"
    schema = (
        ({} if media == "application/json" else {"type": "string"})
        if isinstance(route.answer, str)
        else _refer(route.answer)
    )
    content = {"content": {media: {"schema": schema}}} if media else {}
    responses: Node = {str(status): {"description": "The answer.", **content} for status in route.successes}
    if route.kept:
        responses["304"] = {"description": "The asker has the answer already."}
    for status in sorted({*route.problems, *((401, 403) if route.scope else ())}):
        failure = {PROBLEM_TYPE: {"schema": _refer(Problem)}}
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": failure}
    return responses


def _describe_path(parameters: Mapping[str, str]) -> list[Node]:
    return [
        {"name": name, "in": "path", "required": True, "description": meaning, "schema": {"type": "string"}}
        for name, meaning in parameters.items()
    ]


def _describe_query(query: type[msgspec.Struct]) -> list[Node]:
    """Make each field of a query's type a parameter."""
    schema = _describe_types([query])[query.__name__]
    properties: dict[str, Node] = schema["properties"]  # type: ignore[assignment]
    return [
        {"name": name, "in": "query", "required": False, "schema": _drop_null(node)}
        for name, node in properties.items()
    ]


def _drop_null(node: Node) -> Node:
    """Describe a parameter that may be left out: a query has no null."""
    variants = node.get("anyOf")
    return variants[0] if isinstance(variants, list) and variants[-1] == {"type": "null"} else node


def _describe_types(types: Iterable[type[msgspec.Struct]]) -> dict[str, Node]:
    _, components = msgspec.json.schema_components(list(types), ref_template=REFERENCE)
    return components


def _list_types(routes: Iterable[Route]) -> list[type[msgspec.Struct]]:
    """List the types of all bodies and answers, each once."""
    named = [kind for route in routes for kind in (route.body, route.answer) if isinstance(kind, type)]
    return list(dict.fromkeys(named))


def _refer(kind: type[msgspec.Struct]) -> Node:
    return {"$ref": REFERENCE.format(name=kind.__name__)}
