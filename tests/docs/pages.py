"""Every Markdown file a reader may open, and the code blocks within."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

PAGES = tuple(
    sorted(
        [
            *ROOT.glob("README*.md"),
            *(path for path in [ROOT / "CONTRIBUTING.md"] if path.exists()),
            *(ROOT / "docs").rglob("*.md"),
        ]
    )
)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name_of(path: Path) -> str:
    """A page's path in the repository, as tests are called after it."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return [code for kind, code in _FENCE.findall(path.read_text("utf-8")) if kind == language]


def without_blocks(text: str) -> str:
    """The running text alone."""
    return _FENCE.sub("", text)
