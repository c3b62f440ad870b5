"""Where an app lives: the four addresses we call or open, and those people may return to."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from dalan.domains.developers import address_queries, queries
from dalan.domains.developers.errors import InvalidField, TooMany, UnknownApp
from dalan.domains.developers.tables import App, EventAddress, RedirectUri
from dalan.kernel import clock
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

ADDRESS_LENGTH_MAX = 2_048
REDIRECT_URIS_MAX = 20
IDENTIFICATION_KEY_LENGTH_MAX = 512

ADDRESS_NAMES = ("fallback_url", "session_init_url", "dynamic_action_url", "events_url")

_BOX_PURPOSE = "identification key"
_NEVER_IN_ADDRESSES = frozenset(' "<>\\^`{|}')


@dataclass(frozen=True)
class AddressPolicy:
    """Which addresses an installation accepts without https.

    ``any_http``: every one, as in a dev world. ``loopback_http``: those of the machine itself
    as start addresses, where the operator allows private addresses. Redirect addresses may be
    http on loopback always: they are opened by the person's own browser (RFC 8252 7.3).
    """

    any_http: bool = False
    loopback_http: bool = False


async def set_addresses(
    tx: WriteTransaction,
    app_id: int,
    *,
    policy: AddressPolicy,
    fallback_url: str,
    session_init_url: str,
    dynamic_action_url: str,
    events_url: str,
) -> None:
    """Change an app's four addresses; ``""`` means none. A query is allowed and kept.

    Raises InvalidField, named by the first address that cannot be, having changed nothing.
    """
    given = {
        "fallback_url": fallback_url,
        "session_init_url": session_init_url,
        "dynamic_action_url": dynamic_action_url,
        "events_url": events_url,
    }
    checked = {
        field: check_address(field, url.strip(), policy=policy) if url.strip() else ""
        for field, url in given.items()
    }
    await address_queries.set_addresses.execute(
        tx, app_id=app_id, updated_at=clock.now(), **checked
    )


def check_address(field: str, url: str, *, policy: AddressPolicy) -> str:
    """The address itself, if an app may live there. Raises InvalidField."""
    parts = _split(field, url)
    if parts.scheme == "http" and not (
        policy.any_http or (policy.loopback_http and _is_loopback(parts.hostname or ""))
    ):
        raise InvalidField(field, "https_needed")
    return url


def check_redirect_uri(uri: str, *, policy: AddressPolicy) -> str:
    """The address itself, if people may be sent back to it. Raises InvalidField.

    https, or http on loopback; no query, no fragment, no user name: it is compared letter by
    letter and ours is what is appended. Source: kenar.md 3.1 and 10.6; RFC 9700 2.1.
    """
    parts = _split("redirect_uri", uri)
    if "?" in uri:
        raise InvalidField("redirect_uri", "query")
    if parts.scheme == "http" and not (policy.any_http or _is_loopback(parts.hostname or "")):
        raise InvalidField("redirect_uri", "https_needed")
    return uri


async def redirect_uris(tx: ReadTransaction, app_id: int) -> list[RedirectUri]:
    """Where people may be sent back to, in the order they were added."""
    return await queries.redirect_uris.all(tx, app_id=app_id)


async def add_redirect_uri(
    tx: WriteTransaction, app_id: int, *, uri: str, policy: AddressPolicy
) -> None:
    """Let people be sent back to one more address; one that stands already is left as it is.

    Raises InvalidField, TooMany past twenty, UnknownApp.
    """
    uri = check_redirect_uri(uri.strip(), policy=policy)
    # Held still, so that two additions at once are both counted.
    if await queries.lock_app.one_or_none(tx, app_id=app_id) is None:
        raise UnknownApp(f"#{app_id}")
    standing = await queries.redirect_uris.all(tx, app_id=app_id)
    if uri in [one.uri for one in standing]:
        return
    if len(standing) >= REDIRECT_URIS_MAX:
        raise TooMany("redirect_uris", REDIRECT_URIS_MAX)
    await queries.add_redirect_uri.execute(tx, app_id=app_id, uri=uri)


async def remove_redirect_uri(tx: WriteTransaction, app_id: int, *, uri_id: int) -> None:
    """Send nobody back there any more; taking away what is not there changes nothing."""
    await queries.remove_redirect_uri.execute(tx, app_id=app_id, uri_id=uri_id)


async def set_identification_key(
    tx: WriteTransaction, app_id: int, *, text: str, keys: Keyring
) -> None:
    """Keep, sealed, what we prove ourselves with when calling the app; ``""`` takes it away.

    It is sent verbatim in a header, so it is printable ASCII. Raises InvalidField.
    """
    text = text.strip()
    if len(text) > IDENTIFICATION_KEY_LENGTH_MAX:
        raise InvalidField("identification_key", "too_long", most=IDENTIFICATION_KEY_LENGTH_MAX)
    if text and not (text.isascii() and text.isprintable()):
        raise InvalidField("identification_key", "not_printable")
    box = keys.seal(text.encode(), _BOX_PURPOSE, _bound_to(app_id)) if text else None
    await address_queries.set_identification_key.execute(
        tx, app_id=app_id, identification_key_box=box, updated_at=clock.now()
    )


def identification_key(app: App, *, keys: Keyring) -> str:
    """What we prove ourselves with when calling the app; ``""`` when it set none."""
    return open_identification_key(app.identification_key_box, app_id=app.id, keys=keys)


def open_identification_key(box: bytes | None, *, app_id: int, keys: Keyring) -> str:
    """The identification key in an app's box; ``""`` without one."""
    opened = box and keys.open_sealed(box, _BOX_PURPOSE, _bound_to(app_id))
    return opened.decode() if opened else ""


async def event_addresses(tx: ReadTransaction, app_ids: Sequence[int]) -> list[EventAddress]:
    """Where these apps want to be told of events; unknown ones are left out."""
    return await address_queries.event_addresses.all(tx, app_ids=app_ids)


def _bound_to(app_id: int) -> bytes:
    return f"app {app_id}".encode()


def _split(field: str, url: str) -> SplitResult:
    if len(url) > ADDRESS_LENGTH_MAX:
        raise InvalidField(field, "too_long", most=ADDRESS_LENGTH_MAX)
    # Printable ASCII alone: what a browser would fix up quietly is not compared exactly.
    if (
        not url
        or not url.isascii()
        or not url.isprintable()
        or _NEVER_IN_ADDRESSES.intersection(url)
    ):
        raise InvalidField(field, "not_an_address")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidField(field, "not_an_address") from error
    if parts.scheme not in ("http", "https") and "://" in url:
        raise InvalidField(field, "scheme")
    if parts.scheme not in ("http", "https") or not url.startswith(f"{parts.scheme}://"):
        raise InvalidField(field, "not_an_address")
    if not host or host.startswith(".") or ".." in host or "%" in parts.netloc:
        raise InvalidField(field, "not_an_address")
    if "@" in parts.netloc:
        raise InvalidField(field, "userinfo")
    if "#" in url:
        raise InvalidField(field, "fragment")
    return parts


def _is_loopback(host: str) -> bool:
    """Names and addresses by which a browser reaches its own machine (RFC 8252 7.3, 6761 6.3)."""
    if host in ("localhost", "::1") or host.endswith(".localhost"):
        return True
    numbers = host.split(".")
    return len(numbers) == 4 and numbers[0] == "127" and all(one.isdigit() for one in numbers)
