"""The list of connected apps, and the page that asks before something is taken back."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import addons, developers, oauth
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import starts
from dalan.surfaces.web.connections.showing import PATH, ShownApp, connected

AnyResponse = Response[Any]

_LENGTH_MAX = 128


class _What(msgspec.Struct, frozen=True):
    """What is to be taken back: one permission, everything about one thing, or all of it."""

    scope: str
    kind: str
    resource: str


@get(PATH)
async def connected_apps(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Every app the person let in, what it may do and did."""
    person = visitor.require_person()
    services = visitor.services
    async with services.db.read() as tx:
        apps = await connected(tx, person.id, services.resource_kinds, visitor.lang)
        spreads = await starts.shown_spreads(tx, await addons.of_person(tx, person.id))
    return visitor.page("connections/apps.html", active="account", apps=apps, spreads=spreads)


@get(PATH + "/{slug:str}/take-back")
async def ask(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Say what would end, and offer the button. Nothing changes by looking."""
    person = visitor.require_person()
    services = visitor.services
    query = visitor.request.query_params
    what = _what(query.get("scope", ""), query.get("type", ""), query.get("resource", ""))
    async with services.db.read() as tx:
        apps = await connected(tx, person.id, services.resource_kinds, visitor.lang, slug=slug)
    if not apps:
        return _gone(visitor)
    labels, title = _said(apps[0], what, visitor.lang)
    if not labels:
        return _gone(visitor)
    return visitor.page(
        "connections/take_back.html",
        active="account",
        shown=apps[0],
        what=what,
        labels=labels,
        title=title,
        is_all=not (what.scope or what.kind),
        is_offline_only=what.scope == oauth.OFFLINE_ACCESS,
    )


@post(PATH + "/{slug:str}/take-back", status_code=200)
async def take_back(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Take it back. What is gone already changes nothing."""
    person = visitor.require_person(back=PATH)
    services = visitor.services
    form = await visitor.form()
    what = _what(form.raw("scope"), form.raw("type"), form.raw("resource"))

    async def work(tx: WriteTransaction) -> tuple[str, bool]:
        # A slug is ASCII; some other texts a database could not even be asked for.
        app = await developers.app_by_slug(tx, slug if slug.isascii() else "")
        if what.scope:
            done = await oauth.withdraw(
                tx,
                person_id=person.id,
                app_id=app.id,
                scope=what.scope,
                resource=what.resource,
            )
        elif what.kind:
            done = await oauth.withdraw_resource(
                tx,
                person_id=person.id,
                app_id=app.id,
                resource_type=what.kind,
                resource=what.resource,
            )
        else:
            done = await oauth.disconnect(tx, person_id=person.id, app_id=app.id)
        return app.display, done

    try:
        name, done = await services.db.transact(work)
    except developers.UnknownApp:
        return _gone(visitor)
    if not done:
        return _gone(visitor)
    _ = visitor.gettext
    if what.scope or what.kind:
        words = _("«%(name)s» may not do that any more.", name=name)
    else:
        words = _("«%(name)s» has no access to your account any more.", name=name)
    return visitor.see_other(PATH, flash=html.Flash("success", words))


@post(PATH + "/{slug:str}/remove-addon", status_code=200)
async def remove_addon(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Take away what an app shows on all of the person's posts, whether it is still connected or
    not."""
    person = visitor.require_person(back=PATH)
    await visitor.form()
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> bool:
        app = await developers.app_by_slug(tx, slug if slug.isascii() else "")
        return await addons.remove_from_person(tx, app_id=app.id, person_id=person.id)

    try:
        done = await visitor.services.db.transact(work)
    except developers.UnknownApp:
        done = False
    if not done:
        return visitor.see_other(PATH, flash=html.Flash("info", _("That was gone already.")))
    return visitor.see_other(PATH, flash=html.Flash("success", _("It is off all of your posts.")))


def _what(scope: str, kind: str, resource: str) -> _What:
    """From what a browser sent; what no permission can be named becomes a name nobody has."""

    def kept(text: str) -> str:
        is_plain = len(text) <= _LENGTH_MAX and text.isascii() and text.isprintable()
        return text if is_plain else "?"

    return _What(kept(scope), kept(kind), kept(resource))


def _said(shown: ShownApp, what: _What, lang: str) -> tuple[list[str], str]:
    """What would end, in words, and the name of the thing it is about ("" for the account)."""
    labels = []
    order = list(oauth.EVERY_SCOPE)
    for one in sorted(shown.connection.permissions, key=lambda one: order.index(one.scope.name)):
        if what.scope:
            brings_it = one.scope.name in oauth.impliers(what.scope)
            is_meant = brings_it and one.resource == what.resource
        elif what.kind:
            is_meant = (one.scope.resource, one.resource) == (what.kind, what.resource)
        else:
            is_meant = True
        if is_meant:
            labels.append(one.scope.label(lang))
    if not what.resource:
        return labels, ""
    return labels, next((one.title for one in shown.things if one.resource == what.resource), "")


def _gone(visitor: Visitor) -> AnyResponse:
    _ = visitor.gettext
    words = _("That access was gone already.")
    return visitor.see_other(PATH, flash=html.Flash("info", words))
