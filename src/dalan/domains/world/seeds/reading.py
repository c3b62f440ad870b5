"""YAML into seeds; whatever is wrong is told with its line and its field."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from dalan.domains.world.seeds.form import Seeds
from dalan.errors import DalanError, Invalid

SEEDS_BYTES_MAX: Final = 1_048_576
DEPTH_MAX: Final = 20

_PATH: Final = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")

Path = tuple[str | int, ...]
Facts = Mapping[str, str | int]
_NONE: Final[Facts] = {}


class SeedsRefused(Invalid):
    """The seeds say something that cannot be; nothing was changed.

    ``sentence`` with ``facts`` filled in is ``why``, for whoever says it in another language;
    ``refusal`` is what a room refused, where one did."""

    code = "world.invalid_seeds"

    def __init__(
        self,
        sentence: str,
        *,
        line: int | None = None,
        field: str = "",
        refusal: DalanError | None = None,
        facts: Facts = _NONE,
    ) -> None:
        why = sentence % facts if facts else sentence
        where = ", ".join(
            part for part in (f"line {line}" if line is not None else "", field) if part
        )
        super().__init__(f"{where}: {why}" if where else why)
        self.why, self.line, self.field = why, line, field
        self.sentence, self.facts, self.refusal = sentence, facts, refusal


class Read(msgspec.Struct, frozen=True):
    """Seeds, and where in their file everything stands."""

    seeds: Seeds
    lines: dict[Path, int]

    def refused(self, path: Path, why: DalanError | str, facts: Facts = _NONE) -> SeedsRefused:
        """What is said of the thing at ``path``."""
        line, field = _line(self.lines, path), _spelled(path)
        if isinstance(why, DalanError):
            return SeedsRefused(f"{why} ({why.code})", line=line, field=field, refusal=why)
        return SeedsRefused(why, line=line, field=field, facts=facts)


def read(text: str) -> Read:
    """What a file says. Raises ``SeedsRefused``."""
    if len(text.encode(errors="replace")) > SEEDS_BYTES_MAX:
        raise SeedsRefused("more than %(most)s bytes", facts={"most": SEEDS_BYTES_MAX})
    lines: dict[Path, int] = {}
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        if node is None:
            raise SeedsRefused("there is nothing in it")
        _walk(node, (), lines)
        said = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise SeedsRefused(
            error.problem or "no YAML", line=mark.line + 1 if mark else None
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # dates that are none, letters that are none
        raise SeedsRefused("this is no YAML") from error
    try:
        return Read(msgspec.convert(said, Seeds), lines)
    except msgspec.ValidationError as error:
        raise _misfit(str(error), lines) from error


def _check_events(text: str) -> None:
    """No aliases, for a few of them may stand for a billion things; no tags, for what they say
    need not be true of the value; and no great depth."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if getattr(event, "tag", None) is not None:
            raise SeedsRefused("tags are not read", line=event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            line = event.start_mark.line + 1
            raise SeedsRefused("aliases are not read", line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEPTH_MAX:
                raise SeedsRefused("this is too deep", line=event.start_mark.line + 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _walk(node: Any, path: Path, lines: dict[Path, int]) -> None:
    """The line of everything. Raises ``SeedsRefused`` where something is said twice."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        for number, one in enumerate(node.value):
            _walk(one, (*path, number), lines)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, str(key.value))
            if here in lines:
                line = key.start_mark.line + 1
                raise SeedsRefused("said twice", line=line, field=_spelled(here))
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines)


def _misfit(message: str, lines: dict[Path, int]) -> SeedsRefused:
    found = _PATH.search(message)
    if found is None:
        return SeedsRefused(message, line=1)
    path = tuple(name or int(number) for name, number in _STEP.findall(found[1].removeprefix("$")))
    return SeedsRefused(message[: found.start()], line=_line(lines, path), field=_spelled(path))


def _line(lines: dict[Path, int], path: Path) -> int | None:
    """The line of the innermost of it that stands in the file."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path)


def _spelled(path: Path) -> str:
    return "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in path
    ).removeprefix(".")
