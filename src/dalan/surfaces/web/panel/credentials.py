"""What the authorization server knows an app by: client id, secret, redirect addresses, scopes."""

from datetime import timedelta

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, oauth
from dalan.domains.developers import ClientSecret, InvalidField, RedirectUri, TooMany
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

OVERLAPS_HOURS = (24, 1, 168, 0)
"""How long the old secret may go on; the first is what is offered."""


@get(f"{APPS_PATH}/{{slug:str}}/oauth")
async def credentials_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Everything OAuth needs, and once a secret just made."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        secrets, uris = await _credentials(tx, opened)
    secret = desk.take_shown_once(visitor, services, _secret_name(opened))
    return _page(visitor, services, opened, secrets, uris, html.Form(), secret=secret)


@post(f"{APPS_PATH}/{{slug:str}}/oauth/secret", status_code=200)
async def rotate_secret(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make a new client secret; the old one lives on for as long as was chosen."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    hours = form.whole_number("overlap_hours")
    if hours not in OVERLAPS_HOURS:
        return desk.refused(visitor, back, _("Choose how long the old secret lives on."))
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        secret = await developers.rotate_client_secret(
            tx, opened.app.id, keys=services.keys, overlap=timedelta(hours=hours)
        )
        await desk.note(tx, opened, "app.secret_rotated", overlap_hours=hours)
    desk.show_once(visitor, services, _secret_name(opened), secret)
    return desk.saved(visitor, back, _("The new client secret is made."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/secret/revoke-old", status_code=200)
async def revoke_old_secret(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The old client secret dies now."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    await visitor.form()
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        standing = await developers.client_secrets(tx, opened.app.id)
        await developers.revoke_old_client_secret(tx, opened.app.id)
        if len(standing) > 1:
            await desk.note(tx, opened, "app.old_secret_revoked")
    _ = visitor.gettext
    return desk.saved(visitor, back, _("The old client secret is revoked."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/redirect-uris", status_code=200)
async def add_redirect_uri(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """One more address people may be sent back to."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        secrets, uris = await _credentials(tx, opened)
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            await developers.add_redirect_uri(
                tx, opened.app.id, uri=form.raw("uri"), policy=desk.address_policy(services)
            )
            before = {one.id for one in uris}
            for one in await developers.redirect_uris(tx, opened.app.id):
                if one.id not in before and one.uri == form.raw("uri").strip():
                    await desk.note(tx, opened, "app.redirect_added", uri=one.uri)
    except (InvalidField, TooMany) as error:
        form.fail("uri", words.refusal(_, error))
        return _page(visitor, services, opened, secrets, uris, form, status=422)
    return desk.saved(visitor, back, _("The address is added."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/redirect-uris/{{uri_id:int}}/remove", status_code=200)
async def remove_redirect_uri(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    uri_id: FromPath[int],
) -> AnyResponse:
    """Send nobody back there any more."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    await visitor.form()
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        standing = await developers.redirect_uris(tx, opened.app.id)
        await developers.remove_redirect_uri(tx, opened.app.id, uri_id=desk.bounded(uri_id))
        for one in standing:
            if one.id == uri_id:
                await desk.note(tx, opened, "app.redirect_removed", uri=one.uri)
    _ = visitor.gettext
    return desk.saved(visitor, back, _("The address is removed."))


def _secret_name(opened: Opened) -> str:
    return f"client secret {opened.app.id}"


async def _credentials(
    tx: ReadTransaction, opened: Opened
) -> tuple[list[ClientSecret], list[RedirectUri]]:
    secrets = await developers.client_secrets(tx, opened.app.id)
    return secrets, await developers.redirect_uris(tx, opened.app.id)


def _page(
    visitor: Visitor,
    services: Services,
    opened: Opened,
    secrets: list[ClientSecret],
    uris: list[RedirectUri],
    form: html.Form,
    *,
    secret: str = "",
    status: int = 200,
) -> AnyResponse:
    _ = visitor.gettext
    scopes = [
        {
            "name": scope.name,
            "resource": scope.resource,
            "label": scope.label(visitor.lang),
        }
        for scope in oauth.SCOPES.values()
        if opened.app.may_ask_scope(scope.name) and scope.lifecycle != "DEPRECATED"
    ]
    overlaps = {
        24: _("24 hours: enough to change it on your server"),
        1: _("1 hour"),
        168: _("7 days"),
        0: _("Not at all: the old secret has leaked"),
    }
    return desk.app_page(
        visitor,
        opened,
        "panel/oauth.html",
        current="oauth",
        status=status,
        form=form,
        secret=secret,
        current_secret=next((one for one in secrets if one.expires_at is None), None),
        old_secret=next((one for one in secrets if one.expires_at is not None), None),
        uris=uris,
        scopes=scopes,
        has_all_scopes=opened.app.scopes is None,
        overlap_options=[(hours, overlaps[hours]) for hours in OVERLAPS_HOURS],
        base_url=services.settings.base_url,
    )
