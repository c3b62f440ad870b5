"""The OpenAPI document of a surface, made from its table of operations."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dalan.surfaces.operations.routing import Operation

_REFERENCE = "#/components/schemas/{name}"


def document(
    operations: Iterable[Operation],
    *,
    title: str,
    version: str,
    base_url: str,
    security_schemes: Mapping[str, Any],
    error: Any,
) -> dict[str, Any]:
    """An OpenAPI 3.1 document. ``error`` is the struct every refusal is answered with."""
    documented = [operation for operation in operations if operation.documented]
    kinds = [error, *[kind for one in documented for kind in (one.body, one.answer) if kind]]
    queries = [one.query for one in documented if one.query]
    schemas, components = msgspec.json.schema_components(
        [*kinds, *queries], ref_template=_REFERENCE
    )
    by_kind = dict(zip([*kinds, *queries], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in documented:
        paths.setdefault(operation.paths[0], {})[operation.method.lower()] = _operation(
            operation, by_kind, components, by_kind[error]
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": dict(security_schemes)},
    }


def _operation(
    operation: Operation,
    by_kind: Mapping[Any, Any],
    components: Mapping[str, Any],
    error: Mapping[str, Any],
) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag] if operation.tag else [],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
            for name in re.findall(r"\{(\w+)\}", operation.paths[0])
        ],
        "responses": {
            str(operation.status): {
                "description": "Done",
                "content": {"application/json": {"schema": by_kind.get(operation.answer, {})}},
            },
            "default": {
                "description": "Refused",
                "content": {"application/json": {"schema": error}},
            },
        },
        **operation.extra,
    }
    if operation.query is not None:
        named = components[operation.query.__name__]
        described["parameters"] += [
            {
                "name": name,
                "in": "query",
                "required": name in named.get("required", ()),
                "schema": {key: value for key, value in schema.items() if key != "default"},
            }
            for name, schema in named["properties"].items()
        ]
    if operation.body is not None:
        described["requestBody"] = {
            "content": {"application/json": {"schema": by_kind[operation.body]}}
        }
    return described
