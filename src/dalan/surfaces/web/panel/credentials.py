"""What the authorization server knows an app by: client id, secret, redirect addresses, scopes."""

from datetime import timedelta
from typing import Final, NamedTuple

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, oauth
from dalan.domains.developers import ClientKey, ClientSecret, InvalidField, RedirectUri, TooMany
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, rehearsal_words, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened
from dalan.surfaces.web.panel.rotating import Rotation, rotated

OVERLAPS_HOURS = (24, 1, 168, 0)
"""How long the old secret may go on; the first is what is offered."""


@get(f"{APPS_PATH}/{{slug:str}}/oauth")
async def credentials_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Everything OAuth needs, and once a secret just made; ``?try`` is an address to test."""
    tried = visitor.request.query_params.get("try", "").strip()
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        held = await _credentials(tx, opened)
        rehearsals = await _rehearsals(tx, opened, tried) if tried else []
    secret = desk.take_shown_once(visitor, services, _secret_name(opened))
    return _page(
        visitor,
        services,
        opened,
        held,
        html.Form(),
        secret=secret,
        tried=tried[: oauth.REHEARSED_LENGTH_MAX],
        rehearsals=rehearsals,
    )


@post(f"{APPS_PATH}/{{slug:str}}/oauth/secret", status_code=200)
async def rotate_secret(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make a new client secret; the old one lives on for as long as was chosen."""

    async def rotate(tx: WriteTransaction, opened: Opened, overlap: timedelta) -> str:
        return await developers.rotate_client_secret(
            tx, opened.app.id, keys=services.keys, overlap=overlap
        )

    rotation = Rotation(
        page="oauth",
        overlaps_hours=OVERLAPS_HOURS,
        rotate=rotate,
        action="app.secret_rotated",
        name_of=_secret_name,
    )
    said = visitor.gettext("The new client secret is made.")
    return await rotated(visitor, services, slug, rotation, said=said)


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
        held = await _credentials(tx, opened)
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            await developers.add_redirect_uri(
                tx, opened.app.id, uri=form.raw("uri"), policy=desk.address_policy(services)
            )
            before = {one.id for one in held.uris}
            for one in await developers.redirect_uris(tx, opened.app.id):
                if one.id not in before and one.uri == form.raw("uri").strip():
                    await desk.note(tx, opened, "app.redirect_added", uri=one.uri)
    except (InvalidField, TooMany) as error:
        form.fail("uri", words.refusal(_, error))
        return _page(visitor, services, opened, held, form, status=422)
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


class _Credentials(NamedTuple):
    secrets: list[ClientSecret]
    uris: list[RedirectUri]
    keys: list[ClientKey]
    proof: developers.ClientProof


async def _credentials(tx: ReadTransaction, opened: Opened) -> _Credentials:
    return _Credentials(
        await developers.client_secrets(tx, opened.app.id),
        await developers.redirect_uris(tx, opened.app.id),
        await developers.client_keys(tx, opened.app.id),
        await developers.proof_of(tx, opened.app.id),
    )


DOOR_PATHS: Final[dict[oauth.Door, tuple[str, ...]]] = {
    "kenar": ("/oauth2/auth", "/oauth", "/auth"),
    "basalam": ("/accounts/sso",),
}
"""Where each door's consent page is."""


async def _rehearsals(tx: ReadTransaction, opened: Opened, tried: str) -> list[oauth.Rehearsal]:
    """What would happen at each door; a link is tried at the one it leads to."""
    app = opened.app
    client_ids: dict[oauth.Door, str] = {
        "kenar": app.slug,
        "basalam": str(await developers.basalam_client_id(tx, app.id)),
    }
    found = [
        await oauth.rehearse(tx, app, tried, door=door, client_id=client_ids[door], paths=paths)
        for door, paths in DOOR_PATHS.items()
    ]
    led_to = [one for one in found if not any(part.code == "other_page" for part in one.findings)]
    return led_to or found[:1]


def _rehearsed(_: words.Translate, one: oauth.Rehearsal) -> dict[str, object]:
    door = {"kenar": _("Kenar"), "basalam": _("Basalam")}[one.door]
    title = (
        _("%(door)s: this would pass", door=door)
        if one.passes
        else _("%(door)s: this would be refused", door=door)
    )
    nearest = None
    if one.nearest is not None:
        told = [rehearsal_words.difference(_, part) for part in one.nearest.differences]
        nearest = one.nearest._asdict() | {"differences": told}
    return {
        "door": door,
        "title": title,
        "passes": one.passes,
        "findings": [
            {
                "text": rehearsal_words.finding(_, part),
                "subject": part.subject,
                "blocks": part.blocks,
            }
            for part in one.findings
        ],
        "nearest": nearest,
    }


def _page(
    visitor: Visitor,
    services: Services,
    opened: Opened,
    held: _Credentials,
    form: html.Form,
    *,
    secret: str = "",
    tried: str = "",
    rehearsals: list[oauth.Rehearsal] | None = None,
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
        current_secret=next((one for one in held.secrets if one.expires_at is None), None),
        old_secret=next((one for one in held.secrets if one.expires_at is not None), None),
        uris=held.uris,
        client_keys=held.keys,
        proof=held.proof,
        proof_problem=words.key_set_problem(_, held.proof.problem),
        client_keys_max=developers.CLIENT_KEYS_MAX,
        scopes=scopes,
        tried=tried,
        rehearsals=[_rehearsed(_, one) for one in rehearsals or []],
        has_all_scopes=opened.app.scopes is None,
        overlap_options=[(hours, overlaps[hours]) for hours in OVERLAPS_HOURS],
        base_url=services.settings.base_url,
    )
