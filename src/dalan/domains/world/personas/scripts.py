"""Scripts: a step a line, each a word and what it is about, as YAML would have it.

- say: سلام، هنوز موجوده؟
- wait_for: reply
- press: پرداخت
- pay: 500000
- block
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, get_args

import msgspec

from dalan.domains import chat
from dalan.domains.world.personas.errors import InvalidScript

STEPS_MAX: Final = 40
SCRIPT_LENGTH_MAX: Final = 20_000
PATIENCE_SECONDS: Final = 60
PATIENCE_SECONDS_MAX: Final = 300
PAUSE_SECONDS_MAX: Final = 60
OFFER_PERCENT_MAX: Final = 200
CAPTION_LENGTH_MAX: Final = 200

Verb = Literal[
    "say", "offer", "wait_for", "press", "pay", "decline", "pause",
    "block", "unblock", "report", "revoke",
]  # fmt: skip
VERBS: Final[tuple[Verb, ...]] = get_args(Verb)
AWAITED: Final = ("reply", "button", "payment")

_LINE = re.compile(r"-\s+(?P<verb>[A-Za-z_]+)\s*(?::(?P<text>.*))?")
_WAIT = re.compile(rf"(?P<what>{'|'.join(AWAITED)})(?:\s+within\s+(?P<seconds>\d{{1,4}}))?")
_WITHIN = re.compile(r"(?P<text>.*?)(?:\s+within\s+(?P<seconds>\d{1,4}))?")


class Step(msgspec.Struct, frozen=True):
    """One thing to do. ``text`` is what it is about, ``number`` an amount, a percentage or
    seconds, ``patience_seconds`` how long it is waited for."""

    verb: Verb
    text: str = ""
    number: int = 0
    patience_seconds: int = PATIENCE_SECONDS

    @property
    def line(self) -> str:
        """As it is written."""
        about = self.text or (str(self.number) if self.number else "")
        if self.patience_seconds != PATIENCE_SECONDS:
            about = f"{about} within {self.patience_seconds}".strip()
        return f"- {self.verb}: {about}" if about else f"- {self.verb}"


def read_script(script: str | Sequence[str | Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of a script, written down or as JSON has the same list. Raises InvalidScript."""
    if isinstance(script, str):
        return _bounded(_read_text(script))
    return _bounded([_read_one(number, one) for number, one in enumerate(script, start=1)])


def _read_text(script: str) -> list[Step]:
    if len(script) > SCRIPT_LENGTH_MAX:
        raise InvalidScript(1, "a script has at most %(most)s characters", most=SCRIPT_LENGTH_MAX)
    steps = []
    for number, line in enumerate(script.splitlines(), start=1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        found = _LINE.fullmatch(said)
        if found is None:
            raise InvalidScript(number, "write a step as «- say: سلام» or «- block»")
        steps.append(_step(number, found["verb"], _unquoted((found["text"] or "").strip())))
    return steps


def _read_one(number: int, one: object) -> Step:
    if isinstance(one, str):
        return _step(number, one, "")
    if isinstance(one, Mapping) and len(one) == 1:
        ((verb, about),) = one.items()
        if isinstance(about, str | int) and not isinstance(about, bool):
            return _step(number, str(verb), str(about).strip())
    raise InvalidScript(number, 'a step is a word such as "block", or {"say": "سلام"}')


def _bounded(steps: list[Step]) -> tuple[Step, ...]:
    if not steps:
        raise InvalidScript(1, "there is nothing to do")
    if len(steps) > STEPS_MAX:
        raise InvalidScript(STEPS_MAX + 1, "a script has at most %(most)s steps", most=STEPS_MAX)
    return tuple(steps)


def _unquoted(text: str) -> str:
    quoted = len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _step(line: int, verb: str, about: str) -> Step:
    read = _READERS.get(verb)
    if read is None:
        raise InvalidScript(
            line, "nobody knows how to %(verb)s; %(verbs)s", verb=verb[:40], verbs=", ".join(VERBS)
        )
    return read(line, about)


def _say(line: int, about: str) -> Step:
    try:
        chat.text_content(about)
    except chat.InvalidMessage as error:
        raise InvalidScript(line, "say: %(why)s", why=error) from error
    return Step("say", about)


def _offer(line: int, about: str) -> Step:
    percent = about.removesuffix("%").removesuffix("٪").strip()
    return Step("offer", number=_number(line, "offer", percent, most=OFFER_PERCENT_MAX))


def _wait_for(line: int, about: str) -> Step:
    found = _WAIT.fullmatch(about)
    if found is None:
        raise InvalidScript(
            line, "wait_for %(names)s, and «within 30» if you like", names=", ".join(AWAITED)
        )
    return Step("wait_for", found["what"], patience_seconds=_patience(line, found["seconds"]))


def _press(line: int, about: str) -> Step:
    if len(about) > CAPTION_LENGTH_MAX:  # whitespace of any length would be tried at each letter
        raise InvalidScript(line, "press takes the caption of a button, or nothing")
    found = _WITHIN.fullmatch(about)
    assert found is not None, "it matches anything"
    return Step("press", found["text"], patience_seconds=_patience(line, found["seconds"]))


def _pay(line: int, about: str) -> Step:
    if about in ("", "anything"):
        return Step("pay")
    return Step("pay", number=_number(line, "pay", about.replace("_", ""), most=10**12))


def _pause(line: int, about: str) -> Step:
    return Step("pause", number=_number(line, "pause", about, most=PAUSE_SECONDS_MAX))


def _report(line: int, about: str) -> Step:
    if about not in chat.REPORT_REASONS:
        raise InvalidScript(
            line, "report for one of %(names)s", names=", ".join(chat.REPORT_REASONS)
        )
    return Step("report", about)


def _revoke(line: int, about: str) -> Step:
    if len(about) > 64:
        raise InvalidScript(line, "revoke takes the slug of an app, or nothing")
    return Step("revoke", about)


def _bare(verb: Verb) -> Callable[[int, str], Step]:
    def read(line: int, about: str) -> Step:
        if about:
            raise InvalidScript(line, "%(verb)s stands alone", verb=verb)
        return Step(verb)

    return read


def _number(line: int, verb: str, text: str, *, most: int) -> int:
    if text.isdecimal() and len(text) <= 15 and 1 <= int(text) <= most:
        return int(text)
    raise InvalidScript(
        line, "%(verb)s takes a whole number from 1 to %(most)s", verb=verb, most=most
    )


def _patience(line: int, seconds: str | None) -> int:
    if seconds is None:
        return PATIENCE_SECONDS
    return _number(line, "within", seconds, most=PATIENCE_SECONDS_MAX)


_READERS: Final[Mapping[str, Callable[[int, str], Step]]] = {
    "say": _say,
    "offer": _offer,
    "wait_for": _wait_for,
    "press": _press,
    "pay": _pay,
    "decline": _bare("decline"),
    "pause": _pause,
    "block": _bare("block"),
    "unblock": _bare("unblock"),
    "report": _report,
    "revoke": _revoke,
}
