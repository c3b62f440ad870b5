"""An OpenAPI document as the reference page shows it."""

import re
import shlex
from collections.abc import Mapping
from typing import Any, Final

import msgspec

_REFERENCE: Final = "#/components/schemas/"
_METHODS: Final = ("get", "post", "put", "patch", "delete")
_VARIABLE: Final = re.compile(r"\{(\w+)\}")

_EXAMPLES: Final[Mapping[str, str]] = {
    "token": "$POST",
    "city_slug": "tehran",
    "category": "light",
    "category_slug": "light",
}
"""What stands for a parameter in a line to be pasted; the shell's variables are the README's."""

_BODIES: Final[Mapping[str, Any]] = {
    "create_post_addon": {"widgets": [{"title_row": {"text": "سلام از curl"}}]},
}
"""Bodies worth pasting, by operation; the others are made up from what is required."""


class Field(msgspec.Struct, frozen=True):
    """A parameter or a member: ``kind`` in words, ``schema`` the name of the struct it holds."""

    name: str
    kind: str
    schema: str = ""
    where: str = ""
    required: bool = False


class Operation(msgspec.Struct, frozen=True):
    """One operation: what it needs, takes and gives."""

    anchor: str
    method: str
    path: str
    summary: str
    permissions: tuple[str, ...]
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    status: str
    curl: str


class Tag(msgspec.Struct, frozen=True):
    """Operations that belong together."""

    name: str
    operations: tuple[Operation, ...]


class Schema(msgspec.Struct, frozen=True):
    """A struct that bodies and answers are made of."""

    name: str
    fields: tuple[Field, ...]


class Reference(msgspec.Struct, frozen=True):
    """A whole document."""

    title: str
    version: str
    base_url: str
    tags: tuple[Tag, ...]
    schemas: tuple[Schema, ...]


def reference(document: Mapping[str, Any]) -> Reference:
    """The document, its operations by tag in the document's own order."""
    schemas = document["components"]["schemas"]
    base_url = document["servers"][0]["url"]
    by_tag: dict[str, list[Operation]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                described = item[method]
                tag = (described.get("tags") or ["Other"])[0]
                by_tag.setdefault(tag, []).append(
                    _operation(method, path, described, schemas, base_url)
                )
    info = document["info"]
    return Reference(
        title=info["title"],
        version=info["version"],
        base_url=base_url,
        tags=tuple(Tag(name, tuple(found)) for name, found in by_tag.items()),
        schemas=tuple(Schema(name, fields_of(one, schemas)) for name, one in schemas.items()),
    )


def fields_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Field, ...]:
    """The members of an object, the required ones marked."""
    name = _name_in(schema)
    if name:
        schema = schemas[name]
    required = schema.get("required", ())
    return tuple(
        Field(
            name=member,
            kind=_kind(described),
            schema=_name_in(described),
            required=member in required,
        )
        for member, described in schema.get("properties", {}).items()
    )


def _operation(
    method: str,
    path: str,
    described: Mapping[str, Any],
    schemas: Mapping[str, Any],
    base_url: str,
) -> Operation:
    parameters = tuple(
        Field(
            name=one["name"],
            kind=_kind(one["schema"]),
            where=one["in"],
            required=bool(one.get("required")),
        )
        for one in described.get("parameters", ())
    )
    status = next(status for status in described["responses"] if status != "default")
    answer = described["responses"][status].get("content", {}).get("application/json", {})
    taken = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    permission = described.get("x-permission", "")
    body = fields_of(taken.get("schema", {}), schemas)
    return Operation(
        anchor=described["operationId"].replace("_", "-"),
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        permissions=(permission,) if isinstance(permission, str) else tuple(permission),
        scopes=tuple(described.get("x-scopes", ())),
        parameters=parameters,
        body=body,
        answer=fields_of(answer.get("schema", {}), schemas),
        status=status,
        curl=_curl(method, path, described, body, base_url),
    )


def _curl(
    method: str,
    path: str,
    described: Mapping[str, Any],
    body: tuple[Field, ...],
    base_url: str,
) -> str:
    filled = _VARIABLE.sub(lambda found: _EXAMPLES.get(found[1], f"${found[1].upper()}"), path)
    lines = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    lines[0] += f' "{base_url}{filled}"'
    needs = {name for one in described.get("security", ()) for name in one}
    if "APIKey" in needs:
        lines.append('-H "X-API-Key: $KEY"')
    if "OAuth" in needs:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if body:
        lines.append("-H 'Content-Type: application/json'")
        made_up = {one.name: _example(one) for one in body if one.required}
        example = _BODIES.get(described["operationId"]) or made_up
        lines.append(f"-d {shlex.quote(msgspec.json.encode(example).decode())}")
    return " \\\n  ".join(lines)


def _example(field: Field) -> Any:
    plain = {"integer": 1, "number": 1, "boolean": True, "text": "…", "object": {}}
    return [] if field.kind.startswith("list") else plain.get(field.kind, {})


def _kind(schema: Mapping[str, Any]) -> str:
    name = _name_in(schema)
    if schema.get("type") == "array":
        items = schema.get("items", {})
        return f"list of {_kind(items)}" if items else "list"
    if name:
        return name
    if "enum" in schema:
        return " | ".join(str(value) for value in schema["enum"])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(_kind(one) for one in schema[several])
    kind = schema.get("type", "anything")
    if kind == "string" and "format" in schema:
        return str(schema["format"])
    return "text" if kind == "string" else str(kind)


def _name_in(schema: Mapping[str, Any]) -> str:
    """The struct that a member holds, one or a list of them."""
    target = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    return str(target).removeprefix(_REFERENCE)
