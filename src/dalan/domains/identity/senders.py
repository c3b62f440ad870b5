"""How a code reaches a phone: by an operator's gateway, or in a dev world by an inbox."""

from typing import ClassVar, Literal, Protocol

import msgspec

from dalan.domains.identity import queries
from dalan.domains.identity.tables import InboxCode, Language
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import Database, ReadTransaction
from dalan.kernel.outbound import Outbound

INBOX_LENGTH_MAX = 200
SEND_SECONDS_MAX = 10.0

CodePurpose = Literal["sign_in", "verify_phone", "change_phone", "bank_account"]

# Latin digits: phones offer to fill in a code from a message only when they can read it.
_TEXT: dict[CodePurpose, dict[Language, str]] = {
    "sign_in": {
        "fa": "دالان\nکد ورود شما: {code}\nاین کد را به هیچ‌کس ندهید.",
        "en": "Dalan\nYour sign-in code: {code}\nNever give it to anybody.",
    },
    "verify_phone": {
        "fa": "دالان\nکد تأیید شمارهٔ شما: {code}\nاگر شما نخواسته‌اید، آن را به کسی ندهید.",
        "en": "Dalan\nThe code that confirms your number: {code}"
        "\nIf you did not ask for it, give it to nobody.",
    },
    "change_phone": {
        "fa": "دالان\nکد تغییر شمارهٔ حساب به این شماره: {code}"
        "\nاگر شما نخواسته‌اید، آن را به کسی ندهید.",
        "en": "Dalan\nThe code that moves an account to this number: {code}"
        "\nIf you did not ask for it, give it to nobody.",
    },
    "bank_account": {
        "fa": "دالان\nکد تأیید حساب بانکی شما: {code}\nاگر شما نخواسته‌اید، آن را به کسی ندهید.",
        "en": "Dalan\nThe code that confirms your bank account: {code}"
        "\nIf you did not ask for it, give it to nobody.",
    },
}
"""What a code is for is in the message: who is asked for another kind of code may notice."""


class CodeSender(Protocol):
    """Sends one-time codes. Called outside any transaction."""

    async def send(
        self, phone: str, code: str, lang: Language, purpose: CodePurpose = "sign_in"
    ) -> None:
        """Send ``code`` to ``phone`` (E.164) in words of ``lang`` that say what it is for.

        Raises ``Unavailable``.
        """
        ...


class CodeNotSent(Unavailable):
    """The code could not be handed to whoever delivers it."""

    code: ClassVar[str] = "identity.code_not_sent"


class NoSender:
    """A real world whose operator has not said yet how codes are to be sent."""

    async def send(
        self,
        phone: str,  # noqa: ARG002 (CodeSender's)
        code: str,  # noqa: ARG002 (as above)
        lang: Language,  # noqa: ARG002 (as above)
        purpose: CodePurpose = "sign_in",  # noqa: ARG002 (as above)
    ) -> None:
        raise CodeNotSent("codes cannot be sent: DALAN_CODE_SENDER_URL is not set")


class HttpSender:
    """Hands codes to the operator's gateway: ``POST {"phone", "text", "code", "lang", "purpose"}``.

    ``text`` is the whole message, ready to send; gateways that insist on templates of their
    own take ``code`` and one template a ``purpose``. Any answer of 200 to 299 means that the
    message is on its way.
    """

    def __init__(self, outbound: Outbound, url: str, authorization: str = "") -> None:
        self._outbound = outbound
        self._url = url
        self._headers = {"authorization": authorization} if authorization else {}

    async def send(
        self, phone: str, code: str, lang: Language, purpose: CodePurpose = "sign_in"
    ) -> None:
        text = _TEXT[purpose][lang].format(code=code)
        body = {"phone": phone, "text": text, "code": code, "lang": lang, "purpose": purpose}
        answer = await self._outbound.post_json(
            self._url,
            msgspec.json.encode(body),
            self._headers,
            timeout_seconds=SEND_SECONDS_MAX,
        )
        if not answer.is_success:
            raise CodeNotSent(f"the gateway for codes answered {answer.status}")


class InboxSender:
    """Keeps codes in clear for a developer to read. Only a dev world may build one."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def send(
        self,
        phone: str,
        code: str,
        lang: Language,  # noqa: ARG002 (CodeSender's)
        purpose: CodePurpose = "sign_in",  # noqa: ARG002 (as above)
    ) -> None:
        async with self._db.write() as tx:
            last_id: int = await queries.add_to_inbox.scalar(
                tx, phone=phone, code=code, sent_at=clock.now()
            )
            await queries.trim_inbox.execute(tx, last_id=last_id - INBOX_LENGTH_MAX)


async def inbox(tx: ReadTransaction, *, most: int = 50) -> list[InboxCode]:
    """The codes a dev world sent last, newest first. A real world's inbox is always empty."""
    return await queries.newest_in_inbox.all(tx, most=most)


async def newest_in_inbox(tx: ReadTransaction, phone: str) -> InboxCode | None:
    """The code a dev world sent last to this number (E.164)."""
    return await queries.newest_in_inbox_for.one_or_none(tx, phone=phone)
