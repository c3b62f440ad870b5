"""One service call, as its operation sees it: who calls, and parameters read within bounds."""

from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, TypeVar

import msgspec

from dalan.domains import clicks, developers, links
from dalan.domains.developers import AppKind
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import fold_digits
from dalan.surfaces.operations import header
from dalan.surfaces.pod.form import Fields
from dalan.surfaces.services import Services

NEVER_MS: Final = 253_402_300_799_000
"""What is said of a link that never ends: the last second of the year 9999."""

Word = TypeVar("Word", bound=str)

_NUMBER_LENGTH_MAX: Final = 15
_LIST_LENGTH_MAX: Final = 2_000


class Counted(msgspec.Struct, frozen=True):
    """A caller as the counters of calls need it: by its token, it has no API key."""

    app_id: int
    slug: str
    kind: AppKind
    requests_per_minute: int | None
    requests_per_day: int | None
    key_id: int | None = None

    @classmethod
    def of(cls, caller: developers.PodCaller) -> "Counted":
        return cls(
            caller.app_id,
            caller.slug,
            caller.kind,
            caller.requests_per_minute,
            caller.requests_per_day,
        )


class Answer(NamedTuple):
    """What an operation answers: ``text`` is the body behind the gateway."""

    text: str
    status: int = 200
    header: dict[str, str] | None = None


class Call(msgspec.Struct, kw_only=True):
    """Who calls with which parameters, and the unit of work to answer in. Every reader of a
    parameter raises ``links.InvalidLink``, 116 on the wire, for what cannot be."""

    services: Services
    caller: developers.PodCaller | None
    given: Fields
    scope: Any = None
    tx: Any = None

    @property
    def owner(self) -> links.Owner:
        """Whose links they are."""
        assert self.caller is not None, "the gateway knows who calls"
        return links.Owner.app(self.caller.app_id)

    @property
    def domains(self) -> tuple[str, ...]:
        """Where a hash is looked for: this wire names no domain."""
        domain = self.services.settings.short_domain
        return (domain, "") if domain else ("",)

    @property
    def look(self) -> ReadTransaction:
        tx: ReadTransaction = self.tx
        return tx

    @property
    def unit(self) -> WriteTransaction:
        assert isinstance(self.tx, WriteTransaction), "only operations that write have one"
        return self.tx

    @property
    def address(self) -> str:
        """Where the call came from; "" when it cannot be known."""
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    @property
    def told(self) -> clicks.Told:
        """What the call said of who visits."""
        return clicks.Told(
            *[header(self.scope, name) for name in (b"user-agent", b"referer", b"accept-language")]
        )

    def raw(self, name: str) -> str:
        """The last value, untouched; "" when absent."""
        values = self.given.get(name)
        text = values[-1] if values else ""
        if "\x00" in text or "\ufffd" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise links.InvalidLink("the text holds what no text has", field=name)
        return text

    def text(self, name: str) -> str:
        """The last value without the white space around it."""
        return self.raw(name).strip()

    def listed(self, name: str) -> str:
        """All values, for a client may repeat the key instead of writing commas."""
        joined = ",".join(self.given.get(name, []))
        if "\x00" in joined or "\ufffd" in joined or len(joined) > _LIST_LENGTH_MAX:
            raise links.InvalidLink("the list cannot be read", field=name)
        return joined

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from zero up, in any digits."""
        text = fold_digits(self.text(name))
        if not text:
            return default
        if not text.isascii() or not text.isdigit() or len(text) > _NUMBER_LENGTH_MAX:
            raise links.InvalidLink("a whole number is needed", field=name)
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """Epoch milliseconds as a moment; None when absent."""
        if not self.text(name):
            return None
        milliseconds = self.number(name)
        if milliseconds > NEVER_MS:
            raise links.InvalidLink("the moment lies beyond the year 9999", field=name)
        whole, rest = divmod(milliseconds, 1_000)
        return datetime.fromtimestamp(whole, UTC).replace(microsecond=rest * 1_000)

    def is_true(self, name: str) -> bool:
        """``true`` in any letter case; anything else is not."""
        return self.text(name).lower() == "true"

    def choice(self, name: str, among: tuple[Word, ...]) -> Word | None:
        """One of these words, None when absent."""
        text = self.text(name)
        if not text:
            return None
        for word in among:
            if word == text:
                return word
        raise links.InvalidLink("the word is none of the known ones", field=name)


def milliseconds(at: datetime | None) -> int:
    """Epoch milliseconds; a moment that never comes is the end of the year 9999."""
    if at is None:
        return NEVER_MS
    return int(at.timestamp()) * 1_000 + at.microsecond // 1_000
