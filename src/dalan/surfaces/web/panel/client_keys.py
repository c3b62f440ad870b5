"""The keys an app signs its assertions with, where they are fetched, and signing only."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import InvalidField, NoKeysHeld, TooMany
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse


@post(f"{APPS_PATH}/{{slug:str}}/oauth/keys", status_code=200)
async def add_client_keys(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Believe what is signed with these keys: a JWKS, a JWK or a PEM, public halves only."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    services = visitor.services
    async with services.db.read() as tx:
        await desk.opened(tx, visitor, slug, at_least="admin")
    try:
        found = developers.read_public_keys(form.raw("key"))
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug, at_least="admin")
            added = await developers.add_client_keys(tx, opened.app.id, found=found)
            for kid in added:
                await desk.note(tx, opened, "app.client_key_added", kid=kid)
    except (InvalidField, TooMany) as error:
        return desk.refused(visitor, back, words.refusal(_, error))
    if not added:
        return desk.saved(visitor, back, _("The app has this key already."))
    return desk.saved(visitor, back, _("The key is added."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/keys/{{key_id:int}}/remove", status_code=200)
async def remove_client_key(
    visitor: NamedDependency[Visitor], slug: FromPath[str], key_id: FromPath[int]
) -> AnyResponse:
    """Believe nothing signed with this key any more."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    await visitor.form()
    async with visitor.services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        try:
            kid = await developers.remove_client_key(tx, opened.app.id, key_id=desk.bounded(key_id))
        except NoKeysHeld as error:
            return desk.refused(visitor, back, words.refusal(visitor.gettext, error))
        if kid:
            await desk.note(tx, opened, "app.client_key_removed", kid=kid)
    _ = visitor.gettext
    return desk.saved(visitor, back, _("The key is removed."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/jwks-uri", status_code=200)
async def set_jwks_uri(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Fetch the app's keys at an address of its own from now on, if there are any there now."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    services, uri = visitor.services, form.text("uri")
    async with services.db.read() as tx:
        await desk.opened(tx, visitor, slug, at_least="admin")
    try:
        found = await developers.fetch_key_set(services.outbound, uri, https_only=not services.dev)
    except InvalidField as error:
        return desk.refused(visitor, back, words.refusal(_, error))
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        if await developers.set_jwks_uri(tx, opened.app.id, uri=uri, found=found):
            await desk.note(tx, opened, "app.jwks_uri_set", uri=uri)
    ngettext = visitor.context().ngettext
    return desk.saved(
        visitor, back, ngettext("%(num)s key was found there.", "%(num)s keys were found there.",
                                len(found)),
    )  # fmt: skip


@post(f"{APPS_PATH}/{{slug:str}}/oauth/jwks-uri/remove", status_code=200)
async def remove_jwks_uri(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Fetch them nowhere, and believe none that was."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext
    async with visitor.services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        try:
            if await developers.remove_jwks_uri(tx, opened.app.id):
                await desk.note(tx, opened, "app.jwks_uri_removed")
        except NoKeysHeld as error:
            return desk.refused(visitor, back, words.refusal(_, error))
    return desk.saved(visitor, back, _("The address is removed."))


@post(f"{APPS_PATH}/{{slug:str}}/oauth/signed-only", status_code=200)
async def sign_only(visitor: NamedDependency[Visitor], slug: FromPath[str]) -> AnyResponse:
    """Believe the app's secrets no more, or again."""
    back = desk.path_of(slug, "oauth")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    on = form.flag("signed_only")
    async with visitor.services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        try:
            if await developers.sign_only(tx, opened.app.id, on=on):
                await desk.note(tx, opened, "app.signed_only_set", on=on)
        except NoKeysHeld as error:
            return desk.refused(visitor, back, words.refusal(_, error))
    said = _("Its secrets are refused from now on.") if on else _("Its secrets are accepted again.")
    return desk.saved(visitor, back, said)
