"""What an app may have spelled otherwise, because it was written for an older contract."""

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import AppSettings
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

_FLAGS = (
    "integer_timestamps",
    "reply_without_token",
    "attach_without_consent",
    "partial_consent",
    "team_only",
)


@get(f"{APPS_PATH}/{{slug:str}}/settings")
async def settings_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The form with what stands."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
    settings = opened.app.settings
    form = html.Form(
        {
            "session_body": [settings.session_body],
            "user_side_case": [settings.user_side_case],
            **{name: ["1"] for name in _FLAGS if getattr(settings, name)},
        }
    )
    return _page(visitor, opened, form)


@post(f"{APPS_PATH}/{{slug:str}}/settings", status_code=200)
async def save(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Keep them; admins decide, for consent is among them."""
    visitor.require_person(back=desk.path_of(slug, "settings"))
    form = await visitor.form()
    _ = visitor.gettext
    given = {
        "session_body": form.text("session_body"),
        "user_side_case": form.text("user_side_case"),
        **{name: form.flag(name) for name in _FLAGS},
    }
    try:
        settings = msgspec.convert(given, AppSettings)
    except msgspec.ValidationError:
        return desk.refused(
            visitor, desk.path_of(slug, "settings"), _("Choose one of what is offered.")
        )
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug, at_least="admin")
        await developers.set_settings(tx, opened.app.id, settings)
        before = msgspec.structs.asdict(opened.app.settings)
        after = msgspec.structs.asdict(settings)
        if changed := [name for name in after if after[name] != before[name]]:
            await desk.note(tx, opened, "app.settings_set", changed=changed)
    return desk.saved(visitor, desk.path_of(slug, "settings"), _("Saved."))


def _page(visitor: Visitor, opened: Opened, form: html.Form) -> AnyResponse:
    return desk.app_page(visitor, opened, "panel/settings.html", current="settings", form=form)
