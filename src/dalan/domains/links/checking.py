"""What a link may say of itself: each part checked before any is written."""

from typing import Final

from dalan.domains import media
from dalan.domains.links import queries
from dalan.domains.links.blocking import addresses_of, check_not_blocked
from dalan.domains.links.errors import InvalidLink
from dalan.domains.links.tables import Link, LinkKind
from dalan.domains.links.targets import OwnAddresses, check_target
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

TITLE_LENGTH_MAX: Final = 200
NOTE_LENGTH_MAX: Final = 2_000
DESCRIPTION_LENGTH_MAX: Final = 500
PASSWORD_LENGTH_MAX: Final = 128
VISITS_MAX: Final = 1_000_000_000


async def target(tx: ReadTransaction, kind: LinkKind, text: str, own: OwnAddresses) -> str:
    """A target as it is kept: a file's name, or what ``check_target`` makes of it."""
    if kind == "file" and text.strip() in await media.known_files(tx, [text.strip()]):
        return text.strip()
    return check_target(text, kind, own)


async def check(tx: ReadTransaction, link: Link, own: OwnAddresses) -> None:
    """Raises InvalidLink for what a link may not say, BlockedHost for where it may not lead."""
    for field, most in (
        ("title", TITLE_LENGTH_MAX),
        ("note", NOTE_LENGTH_MAX),
        ("description", DESCRIPTION_LENGTH_MAX),
    ):
        check_text(getattr(link, field), field, most)
    if link.visits_max is not None and not 1 <= link.visits_max <= VISITS_MAX:
        raise InvalidLink(f"visits are from 1 to {VISITS_MAX}", field="visits_max")
    if link.valid_from and link.expires_at and link.valid_from >= link.expires_at:
        raise InvalidLink("the link would end before it begins", field="valid_from")
    if link.after_address:
        check_address(link.after_address, "after_address", own)
    if link.picture and link.picture not in await media.known_files(tx, [link.picture]):
        raise InvalidLink("the picture is no file that was uploaded here", field="picture")
    for field, address in addresses_of(link):
        await check_not_blocked(tx, address, field=field)


def check_text(text: str, field: str, most: int) -> None:
    """Raises InvalidLink for a text that is too long or holds what no text has."""
    if len(text) > most:
        raise InvalidLink(f"at most {most} characters are kept", field=field)
    if any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in text):
        raise InvalidLink("the text holds what no text has", field=field)


def check_address(address: str, field: str, own: OwnAddresses) -> None:
    """Raises InvalidLink for what a visitor may not be sent to."""
    try:
        check_target(address, "link", own)
    except InvalidLink as refusal:
        raise InvalidLink(str(refusal), field=field) from None


def check_password(password: str, keys: Keyring | None) -> None:
    """Raises InvalidLink."""
    if keys is None:
        raise InvalidLink("no link has a password here", field="password")
    check_text(password, "password", PASSWORD_LENGTH_MAX)


async def set_password(
    tx: WriteTransaction, link_id: int, password: str, keys: Keyring | None
) -> None:
    """Ask visitors for this, from now on; "": for nothing."""
    mac = (
        keys.secret_mac(f"{link_id}\x00{password}", "link password") if keys and password else None
    )
    await queries.set_password.execute(tx, link_id=link_id, password_hash=mac)


async def pin(tx: WriteTransaction, link: Link) -> None:
    """Keep a link's files for as long as it shows them. Raises InvalidLink when one just went."""
    await _on_files(tx, link, pinned=True)


async def unpin(tx: WriteTransaction, link: Link) -> None:
    """A link shows its files no more."""
    await _on_files(tx, link, pinned=False)


async def _on_files(tx: WriteTransaction, link: Link, *, pinned: bool) -> None:
    for field in ("target", "picture"):
        name = getattr(link, field)
        if not name or "://" in name or (field == "target" and link.kind != "file"):
            continue
        if pinned:
            try:
                await media.pin_file(tx, name)
            except media.UnknownFile:
                raise InvalidLink("the file is gone", field=field) from None
        else:
            await media.unpin_file(tx, name)
