"""What every message of this wire has in common."""

from datetime import datetime, timedelta, timezone
from typing import Final

import msgspec

TEHRAN: Final = timezone(timedelta(hours=3, minutes=30))
"""Iran has kept one time all year since 2022; the core service writes every moment in it."""


class Answer(msgspec.Struct, frozen=True):
    """A message we send: every member is there, null where it says so."""


class Given(msgspec.Struct, frozen=True):
    """A message we take: unknown members are ignored, null is as good as absent."""


class OkResponse(Answer, frozen=True):
    """``OkResponse``"""

    result: bool


class EnumResponse(Answer, frozen=True):
    """``EnumResponse``: a value with its name in Persian."""

    name: str
    value: int | float | str | bool
    description: str | None = None


class Named(Answer, frozen=True):
    """A value and its name, where the contract leaves the shape to us."""

    name: str
    value: int


def moment(at: datetime) -> str:
    """ISO 8601 with the offset of Tehran, to the second (basalam.md 3.4)."""
    return at.astimezone(TEHRAN).isoformat(timespec="seconds")


def moment_or_none(at: datetime | None) -> str | None:
    """The same, null for what has not happened."""
    return None if at is None else moment(at)
