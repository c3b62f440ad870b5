"""One request and its answer, as they stand in the log: text, with every secret replaced."""

from datetime import datetime
from typing import Final, Literal

import msgspec

BODY_BYTES_MAX: Final = 65_536
"""Kept of each body; the rest is counted and not kept."""

HEADERS_MAX: Final = 100
HEADER_LENGTH_MAX: Final = 4_096
ADDRESS_LENGTH_MAX: Final = 8_192

Direction = Literal["in", "out"]
BodyKind = Literal["none", "text", "binary"]

Header = tuple[str, str]


class Side(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one of the two said.

    ``size`` counts the whole body. ``body`` is empty where ``kind`` is not text. ``is_cut``: only
    its beginning was kept; ``is_exact``: it is what went over the wire but for its secrets, so it
    can be sent again.
    """

    headers: list[Header] = []
    body: str = ""
    kind: BodyKind = "none"
    size: int = 0
    is_cut: bool = False
    is_exact: bool = True

    def header(self, name: str) -> str:
        """The first header of that name (lower case); "" when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def content_type(self) -> str:
        """The type of the body, without its parameters."""
        return self.header("content-type").partition(";")[0].strip().lower()


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A request apps sent to us (``in``) or we to an app (``out``), and what was answered.

    ``address`` is path and query of what came in, the whole address of what went out. ``status``
    0: there was no answer; ``problem`` says why. ``operation`` is the route the surface took,
    ``person`` the id of whom the app called for, ``refusal`` the stable code of the rule that was
    broken, ``hint`` what the header ``x-dalan-hint`` said.
    """

    id: int
    direction: Direction
    at: datetime
    method: str
    address: str
    request: Side
    answer: Side
    status: int = 0
    duration_us: int = 0
    request_id: str = ""
    surface: str = ""
    operation: str = ""
    app: str = ""
    person: int | None = None
    refusal: str = ""
    hint: str = ""
    problem: str = ""

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.address.partition("?")[0]

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        return 1_000 + sum(
            len(side.body) + sum(len(name) + len(value) for name, value in side.headers)
            for side in (self.request, self.answer)
        )


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which exchanges; what is empty or None does not narrow it.

    ``path``: a text anywhere in the address. ``status``: a number, or a class such as ``4xx``.
    """

    app: str = ""
    path: str = ""
    status: str = ""
    direction: str = ""
    surface: str = ""
    refused: bool = False
    first: int | None = None
    last: int | None = None

    def fits(self, one: Exchange) -> bool:
        """Whether ``one`` is asked for."""
        return (
            (not self.app or one.app == self.app)
            and (not self.path or self.path in one.address)
            and (not self.status or _fits_status(self.status, one.status))
            and (not self.direction or one.direction == self.direction)
            and (not self.surface or one.surface == self.surface)
            and (not self.refused or bool(one.refusal))
            and (self.first is None or one.id >= self.first)
            and (self.last is None or one.id <= self.last)
        )


def _fits_status(asked: str, status: int) -> bool:
    if asked.endswith("xx"):
        return str(status)[:-2] == asked[:-2] if status else False
    return str(status) == asked
