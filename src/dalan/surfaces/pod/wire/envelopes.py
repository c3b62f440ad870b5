"""The two envelopes of a service call: the gateway's, and in it, as a text, the service's.

Source: pod-links.md 1.4 and 2.
"""

from typing import Any, Final

import msgspec

from dalan.kernel import clock, randomness

JSON: Final = "application/json;charset=UTF-8"


class Served(msgspec.Struct, frozen=True, rename="camel"):
    """What the service behind the gateway answered: ``result`` is always a text."""

    result: str
    header: dict[str, str]
    status_code: int


class Outer(msgspec.Struct, frozen=True, rename="camel"):
    """The gateway's envelope of a success: it has no ``message``."""

    has_error: bool
    message_id: int
    reference_number: str
    error_code: int
    count: int
    ott: str
    result: Served | None


class OuterError(msgspec.Struct, frozen=True, rename="camel"):
    """The gateway's envelope of a refusal: clients read ``message`` without looking."""

    has_error: bool
    message_id: int
    reference_number: str
    error_code: int
    message: str
    count: int
    ott: str
    result: None = None


class Inner(msgspec.Struct, frozen=True, rename="camel"):
    """The service's envelope of a success."""

    error: bool
    code: int
    result: Any


class InnerError(msgspec.Struct, frozen=True, rename="camel"):
    """The service's envelope of a refusal; ``developer_message`` is the contract's constant."""

    error: bool
    code: int
    message: str
    developer_message: str
    result: None = None


def inner_success(result: Any) -> str:
    """What the service answers, as the text it travels as."""
    return msgspec.json.encode(Inner(False, 200, result)).decode()


def inner_refusal(code: int, *, message: str, constant: str) -> str:
    """What the service refuses with, as the text it travels as."""
    return msgspec.json.encode(InnerError(True, code, message, constant)).decode()


class References:
    """Numbers of calls: unique and rising, at most 19 digits, the same in the log.

    Microseconds of the clock with three digits behind them, by which processes differ.
    """

    def __init__(self) -> None:
        self._slot = randomness.below(1_000)
        self._last = 0

    def next(self) -> str:
        micros = int(clock.now().timestamp() * 1_000_000)
        self._last = max(self._last + 1_000, micros * 1_000 + self._slot)
        return str(self._last)


def success(reference: str, served: Served) -> bytes:
    """The outer envelope around what the service answered."""
    return msgspec.json.encode(Outer(False, 0, reference, 0, 0, _ott(), served))


def refusal(reference: str, *, code: int, message: str) -> bytes:
    """The outer envelope of a call the gateway refused."""
    assert code != 0, "a client that sees 0 takes it for a success"
    assert message, "clients read the message without looking"
    return msgspec.json.encode(OuterError(True, 0, reference, code, message, 0, _ott()))


def _ott() -> str:
    return randomness.token_bytes(8).hex()
