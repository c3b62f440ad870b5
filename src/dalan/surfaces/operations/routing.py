"""Which operation a method and a path ask for: a tree with one node per path segment."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec

_PARAMETER = re.compile(r"\{(\w+)\}")

SEGMENT_LENGTH_MAX = 512


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation of a contract: where it is, what it takes and gives, who may call it.

    ``paths`` are all spellings that are served, the published one first (only that one stands
    in the OpenAPI document, unless ``documented`` is false). ``permission``, ``scopes`` and
    ``resource`` mean what the surface says they mean. ``anonymous``: served without knowing who
    calls. ``takes`` is how the body is read (``stream``: by the handler itself, as it comes).
    ``access`` is the transaction the handler answers
    in: a look at the database, a unit of work, or ones of its own (it stores pictures, say,
    which takes longer than a lock may be held); left empty, GET looks and all else writes.
    """

    method: str
    paths: tuple[str, ...]
    handle: Callable[..., Awaitable[Any]]
    body: Any = None
    answer: Any = None
    status: int = 200
    query: Any = None
    permission: str | tuple[str, ...] = ""
    scopes: tuple[str, ...] = ()
    resource: str = ""
    anonymous: bool = False
    takes: Literal["json", "stream", "nothing"] = "json"
    access: Literal["", "look", "unit", "own"] = ""
    tag: str = ""
    documented: bool = True
    extra: Mapping[str, Any] = {}

    @property
    def looks(self) -> bool:
        """The handler only reads."""
        return self.access == "look" or (not self.access and self.method == "GET")

    @property
    def name(self) -> str:
        return self.handle.__name__

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handle.__doc__ or "").strip().partition("\n")[0]


class Match(msgspec.Struct, frozen=True):
    """The operation found, or the methods the path would take, or neither (no such path)."""

    operation: Operation | None
    parameters: dict[str, str]
    allowed: tuple[str, ...] = ()


class _Node:
    __slots__ = ("below", "by_method", "parameter")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.parameter: _Node | None = None
        self.by_method: dict[str, tuple[Operation, tuple[str, ...]]] = {}


class Router:
    """Finds operations. A literal segment wins over a parameter; HEAD is answered as GET."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._root = _Node()
        self.operations = tuple(operations)
        for operation in self.operations:
            for path in operation.paths:
                self._add(operation, path)

    def find(self, method: str, path: str) -> Match:
        """What ``path`` (decoded, with its leading slash) is for."""
        segments = path[1:].split("/")
        values: list[str] = []
        node = self._walk(self._root, segments, 0, values)
        if node is None:
            return Match(None, {})
        found = node.by_method.get("GET" if method == "HEAD" else method)
        if found is None:
            return Match(None, {}, tuple(sorted(node.by_method)))
        operation, names = found
        return Match(operation, dict(zip(names, values, strict=True)))

    def _walk(self, node: _Node, segments: list[str], at: int, values: list[str]) -> _Node | None:
        if at == len(segments):
            return node if node.by_method else None
        segment = segments[at]
        literal = node.below.get(segment)
        if literal is not None:
            found = self._walk(literal, segments, at + 1, values)
            if found is not None:
                return found
        if node.parameter is None or not segment or len(segment) > SEGMENT_LENGTH_MAX:
            return None
        values.append(segment)
        found = self._walk(node.parameter, segments, at + 1, values)
        if found is None:
            values.pop()
        return found

    def _add(self, operation: Operation, path: str) -> None:
        node, names = self._root, []
        for segment in path[1:].split("/"):
            parameter = _PARAMETER.fullmatch(segment)
            if parameter:
                names.append(parameter[1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.below.setdefault(segment, _Node())
        if operation.method in node.by_method:
            raise ValueError(f"two operations answer {operation.method} {path}")
        node.by_method[operation.method] = (operation, tuple(names))
