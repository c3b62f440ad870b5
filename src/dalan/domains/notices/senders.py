"""How a mail leaves: through the operator's SMTP server, or in a dev world into an inbox."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, Protocol

import msgspec

from dalan.domains.notices import queries
from dalan.domains.notices.tables import DevMail
from dalan.errors import Unavailable
from dalan.kernel import clock
from dalan.kernel.db import Database, ReadTransaction

if TYPE_CHECKING:
    from email.message import EmailMessage

INBOX_LENGTH_MAX = 200
SEND_SECONDS_MAX = 20.0


class Mail(msgspec.Struct, frozen=True):
    """A mail as plain text. ``reference`` is the same for every attempt to send it: a server or
    reader that gets it twice can tell."""

    address: str
    subject: str
    text: str
    reference: str


class MailNotSent(Unavailable):
    """The mail could not be handed to whoever delivers it."""

    code: ClassVar[str] = "notices.mail_not_sent"


class MailSender(Protocol):
    """Sends mail. Called outside any transaction."""

    @property
    def is_there(self) -> bool:
        """Mail can leave at all."""
        ...

    async def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises ``Unavailable``."""
        ...


class NoMail:
    """A world whose operator named no SMTP server: people are told in the panel only."""

    is_there = False

    async def send(self, mail: Mail) -> None:  # noqa: ARG002 (MailSender's)
        raise MailNotSent("mail cannot be sent: DALAN_SMTP_URL is not set")


class InboxMail:
    """Keeps mail for a developer to read. Only a dev world may build one."""

    is_there = True

    def __init__(self, db: Database) -> None:
        self._db = db

    async def send(self, mail: Mail) -> None:
        async with self._db.write() as tx:
            last_id: int = await queries.add_to_inbox.scalar(
                tx,
                address=mail.address,
                subject=mail.subject,
                text=mail.text,
                sent_at=clock.now(),
            )
            await queries.trim_inbox.execute(tx, last_id=last_id - INBOX_LENGTH_MAX)


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the operator's mail goes out. ``encrypted`` from the first byte (smtps); otherwise
    STARTTLS is asked for, and demanded unless the server is on this machine."""

    host: str
    port: int
    encrypted: bool
    on_this_machine: bool
    user: str = ""
    password: str = ""


class SmtpMail:
    """Speaks SMTP in a thread of its own for each mail: notices are few, and the standard
    library's client is well kept (RFC 5321, 3207 for STARTTLS)."""

    is_there = True

    def __init__(self, server: SmtpServer, *, sender: str) -> None:
        """``sender`` is the address mail comes from, with or without a name before it."""
        self._server = server
        self._sender = sender

    async def send(self, mail: Mail) -> None:
        await asyncio.to_thread(self._send, mail)

    def _send(self, mail: Mail) -> None:
        import smtplib  # noqa: PLC0415 (brings the whole mail package)
        import ssl  # noqa: PLC0415 (as above)

        server, trusted = self._server, ssl.create_default_context()
        message = self._message(mail)
        try:
            if server.encrypted:
                client: smtplib.SMTP = smtplib.SMTP_SSL(
                    server.host, server.port, timeout=SEND_SECONDS_MAX, context=trusted
                )
            else:
                client = smtplib.SMTP(server.host, server.port, timeout=SEND_SECONDS_MAX)
            with client:
                client.ehlo_or_helo_if_needed()
                if not server.encrypted and (
                    client.has_extn("starttls") or not server.on_this_machine
                ):
                    client.starttls(context=trusted)
                if server.user:
                    client.login(server.user, server.password)
                client.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            # The kind alone: what a server says may hold the address.
            raise MailNotSent(f"the mail server refused: {type(error).__name__}") from None

    def _message(self, mail: Mail) -> "EmailMessage":
        from email.message import EmailMessage  # noqa: PLC0415 (as above)
        from email.utils import format_datetime, parseaddr  # noqa: PLC0415 (as above)

        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.address
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(clock.now())
        domain = parseaddr(self._sender)[1].rpartition("@")[2]
        message["Message-ID"] = f"<{mail.reference}@{domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


async def mail_inbox(tx: ReadTransaction, *, most: int = 50) -> list[DevMail]:
    """The mails a dev world sent last, newest first. A real world's inbox is always empty."""
    return await queries.newest_in_inbox.all(tx, most=most)
