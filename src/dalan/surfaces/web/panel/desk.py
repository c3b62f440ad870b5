"""What every page of one app does first: who asks, which app, how far their role goes."""

import base64
import binascii
from typing import Any, Final, NamedTuple

from litestar import Response

from dalan.domains import audit, developers, identity, media, support
from dalan.domains.developers import AddressPolicy, App, Role, UnknownApp
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import words

AnyResponse = Response[Any]

APPS_PATH: Final = "/kenar/management/apps"

_ID_MAX = 2**63 - 1
_SHOWN_ONCE_COOKIE = "dalan_shown_once"
_SHOWN_ONCE_SECONDS = 300
_LOGO_SIZE: Final = 200


class Opened(NamedTuple):
    """An app, and what the person who asks is in it."""

    person: identity.Person
    app: App
    role: Role
    unread_count: int = 0
    """How many of the app's tickets hold something the person has not read."""

    def reaches(self, at_least: Role) -> bool:
        """The person's role goes that far."""
        return developers.reaches(self.role, at_least)


def path_of(slug: str, page: str = "") -> str:
    """Where a page of that app is."""
    return f"{APPS_PATH}/{slug}/{page}".rstrip("/")


async def opened(
    tx: ReadTransaction, visitor: Visitor, slug: str, *, at_least: Role = "developer"
) -> Opened:
    """The app of that slug for the person who asks, in the caller's transaction.

    Raises SignInNeeded, UnknownApp for everybody who is no member, NotAllowed for a role that
    does not go that far.
    """
    person = visitor.require_person()
    app, member = await developers.app_for_member(tx, slug, person.id, at_least=at_least)
    unread = await support.unread_count(tx, app.id, person.id)
    return Opened(person, app, member.role, unread)


async def note(tx: WriteTransaction, opened: Opened, action: str, **facts: audit.Fact) -> None:
    """Write down what the person just changed, in the unit that changed it."""
    actor = audit.Actor.person(opened.person.id)
    await audit.record(tx, actor, action, audit.Subject.app(opened.app.id), **facts)


async def note_edit(tx: WriteTransaction, opened: Opened, action: str, *fields: str) -> None:
    """The same for fields of the app; an edit that changed none of them leaves no entry."""
    after = await developers.app(tx, opened.app.id)
    changed = [name for name in fields if getattr(after, name) != getattr(opened.app, name)]
    if changed:
        await note(tx, opened, action, changed=changed)


def app_page(
    visitor: Visitor,
    desk: Opened,
    template: str,
    *,
    current: str,
    status: int = 200,
    **values: Any,
) -> AnyResponse:
    """A page of one app, with its side navigation. ``current`` is the last part of its path."""
    _ = visitor.gettext
    return visitor.page(
        template,
        status=status,
        active="developers",
        app=desk.app,
        role=desk.role,
        can_administer=desk.reaches("admin"),
        can_own=desk.reaches("owner"),
        app_path=path_of(desk.app.slug),
        state=words.state(_, desk.app),
        side_title=desk.app.display,
        side_items=[
            {
                "title": title,
                "url": path_of(desk.app.slug, page),
                "icon": icon,
                "current": page == current,
                "count": desk.unread_count if page == "tickets" else 0,
            }
            for page, title, icon in (
                ("", _("Overview"), "home"),
                ("edit", _("Name and logo"), "edit"),
                ("service", _("Service and tags"), "tag"),
                ("addresses", _("Addresses"), "globe"),
                ("touchpoints", _("Touchpoints"), "place"),
                ("links", _("Short links"), "link"),
                ("credentials", _("Credentials"), "lock"),
                ("keys", _("API keys"), "key"),
                ("oauth", _("OAuth"), "shield-check"),
                ("tokens", _("Personal tokens"), "key"),
                ("events", _("Events"), "bell"),
                ("members", _("Members"), "users"),
                ("permission", _("Permissions and limits"), "gauge"),
                ("requests", _("Requests"), "send"),
                ("tickets", _("Support and tickets"), "chat"),
                ("balance", _("Balance and payments"), "wallet"),
                ("deposits", _("Deposits"), "bank"),
                ("settings", _("Compatibility"), "tune"),
                ("history", _("History"), "history"),
            )
        ],
        **values,
    )


def address_policy(services: Services) -> AddressPolicy:
    """Which addresses apps may have here."""
    return AddressPolicy(any_http=services.dev, loopback_http=services.settings.outbound_private)


async def logo_path(tx: ReadTransaction, app: App) -> str:
    """Where the app's logo is, "" without one."""
    return (await logo_paths(tx, [app])).get(app.id, "")


async def logo_paths(tx: ReadTransaction, apps: list[App]) -> dict[int, str]:
    """Where the logos are, by app id; apps without one are left out."""
    ids = {app.id: app.avatar_image_id for app in apps if app.avatar_image_id is not None}
    images = await media.images_by_id(tx, list(ids.values())) if ids else {}
    return {
        app_id: media.path_of(images[image_id].name, _LOGO_SIZE)
        for app_id, image_id in ids.items()
        if image_id in images
    }


def bounded(number: int) -> int:
    """An id out of a path. Raises UnknownApp where the database would choke on it."""
    if not 0 < number <= _ID_MAX:
        raise UnknownApp(f"#{number % 10**6}")
    return number


def show_once(visitor: Visitor, services: Services, name: str, secret: str) -> None:
    """Let the next page of this browser show a secret, once.

    It travels sealed in a cookie of a few minutes: the page that made it answers with a
    redirect, so loading again neither makes another nor shows this one a second time.
    """
    box = services.keys.seal(secret.encode(), f"shown once {name}", visitor.binding.encode())
    text = base64.urlsafe_b64encode(box).decode()
    visitor.keep_signed(_SHOWN_ONCE_COOKIE, text, purpose=name, seconds=_SHOWN_ONCE_SECONDS)


def take_shown_once(visitor: Visitor, services: Services, name: str) -> str:
    """The secret that is to be shown now, "" when there is none; it is gone afterwards."""
    text = visitor.signed(_SHOWN_ONCE_COOKIE, purpose=name)
    if text is None:
        return ""
    visitor.forget(_SHOWN_ONCE_COOKIE)
    try:
        box = base64.urlsafe_b64decode(text)
    except (ValueError, binascii.Error):
        return ""
    secret = services.keys.open_sealed(box, f"shown once {name}", visitor.binding.encode())
    return "" if secret is None else secret.decode()


def saved(visitor: Visitor, path: str, text: str) -> AnyResponse:
    """Go on to ``path`` and say there that it is done."""
    return visitor.see_other(path, flash=html.Flash("success", text))


def refused(visitor: Visitor, path: str, text: str) -> AnyResponse:
    """Go back to ``path`` and say there why it was not done."""
    return visitor.see_other(path, flash=html.Flash("danger", text))
