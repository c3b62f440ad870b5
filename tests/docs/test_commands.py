"""The commands that pages tell to type exist, and every command that exists is told of."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from dalan.cli import main
from tests.docs.pages import PAGES, ROOT, blocks, name_of

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))
TOLD_TARGETS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
COMMANDS_PAGE = ROOT / "docs/guide/commands.md"


def all_commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    found: list[tuple[tuple[str, ...], click.Command]] = [((), main)]
    while found:
        words, command = found.pop()
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                below = command.get_command(context, name)
                assert below is not None
                found.append(((*words, name), below))
        else:
            yield words, command


def options_of(command: click.Command) -> set[str]:
    return {
        spelled
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for spelled in parameter.opts
    }


COMMANDS = dict(all_commands())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_commands_page_names_the_command_and_its_options(words):
    heading = f"## dalan {' '.join(words)}\n"
    text = COMMANDS_PAGE.read_text("utf-8")

    assert heading in text
    section = text.partition(heading)[2].partition("\n## ")[0]
    written = set(re.findall(r"^\| `(--[a-z-]+)`", section, re.MULTILINE))
    assert written == options_of(COMMANDS[words])


def test_commands_page_names_every_target_of_make():
    section = COMMANDS_PAGE.read_text("utf-8").partition("\n## make\n")[2]
    told = set(re.findall(r"`make ([a-z-]+)", section))

    assert TOLD_TARGETS - {"help"} <= told <= TARGETS


def lines_of(page) -> list[str]:
    """Shell lines as they would be typed, a continued line as one, comments left out."""
    text = "".join(blocks(page, "sh")).replace("\\\n", " ")
    return [line.partition("  #")[0].strip() for line in text.splitlines()]


def is_known(line: str) -> bool:
    """Whether the line's ``make`` and ``dalan``, if it has any, are ours, options included."""
    if not set(re.findall(r"\bmake ([a-z-]+)", line)) <= TARGETS:
        return False
    typed = re.search(r"(?<![\w./])(?:\.venv/bin/)?dalan((?: [a-z][a-z-]*)+)([^|]*)", line)
    if typed is None:
        return True
    words = tuple(typed[1].split())
    called = next((words[:n] for n in range(len(words), 0, -1) if words[:n] in COMMANDS), None)
    if called is None:
        return False
    return set(re.findall(r"--[a-z-]+", typed[2])) <= options_of(COMMANDS[called])


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_to_type_exist(page):
    assert [line for line in lines_of(page) if not is_known(line)] == []


@pytest.mark.parametrize(
    "line", ["make nothing", "dalan nothing", ".venv/bin/dalan dev --nothing", "dalan admin apps"]
)
def test_command_that_does_not_exist_would_be_noticed(line):
    assert not is_known(line)


def test_shell_blocks_of_both_readmes_are_the_same_lines():
    english, persian = (lines_of(ROOT / name) for name in ("README.md", "README.fa.md"))

    assert [line for line in english if line] == [line for line in persian if line]


@pytest.mark.parametrize(
    "name", ["README.md", "docs/guide/run-it.md", "docs/guide/write-an-app.md"]
)
def test_shell_blocks_can_be_read_by_a_shell(name):
    for block in blocks(ROOT / name, "sh"):
        assert shlex.split(block, comments=True)
