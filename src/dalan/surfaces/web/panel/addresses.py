"""Where the platform finds an app, and what it proves itself with when it calls."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import ADDRESS_NAMES, App, InvalidField
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse


@get(f"{APPS_PATH}/{{slug:str}}/addresses")
async def addresses_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The form with what stands. Members may read the identification key: they set it."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    app = opened.app
    key = developers.identification_key(app, keys=services.keys)
    form = html.Form(
        {
            "fallback_url": [app.fallback_url],
            "session_init_url": [app.session_init_url],
            "dynamic_action_url": [app.dynamic_action_url],
            "events_url": [app.events_url],
            "identification_key": [key],
        }
    )
    return desk.app_page(
        visitor, opened, "panel/addresses.html", current="addresses", form=form, dev=services.dev
    )


@post(f"{APPS_PATH}/{{slug:str}}/addresses", status_code=200)
async def save(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Keep all five, or none when one will not do; then every fault is named."""
    visitor.require_person(back=desk.path_of(slug, "addresses"))
    form = await visitor.form()
    policy = desk.address_policy(services)
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    for name in ADDRESS_NAMES:
        try:
            if form.text(name):
                developers.check_address(name, form.text(name), policy=policy)
        except InvalidField as error:
            form.fail(name, words.refusal(_, error))
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            await developers.set_identification_key(
                tx, opened.app.id, text=form.raw("identification_key"), keys=services.keys
            )
            await developers.set_addresses(
                tx,
                opened.app.id,
                policy=policy,
                fallback_url=form.text("fallback_url"),
                session_init_url=form.text("session_init_url"),
                dynamic_action_url=form.text("dynamic_action_url"),
                events_url=form.text("events_url"),
            )
            await desk.note_edit(tx, opened, "app.addresses_set", *ADDRESS_NAMES)
            app = await developers.app(tx, opened.app.id)
            if _key_of(app, services) != _key_of(opened.app, services):
                await desk.note(tx, opened, "app.identification_key_set")
    except InvalidField as error:
        form.fail(error.field, words.refusal(_, error))
    if not form.ok:
        return desk.app_page(
            visitor,
            opened,
            "panel/addresses.html",
            current="addresses",
            status=422,
            form=form,
            dev=services.dev,
        )
    return desk.saved(visitor, desk.path_of(slug, "addresses"), _("Saved."))


def _key_of(app: App, services: Services) -> str:
    return developers.identification_key(app, keys=services.keys)
