"""What people see of an app: its names, its description, its logo."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers, media
from dalan.domains.developers import (
    DESCRIPTION_LENGTH_MAX,
    DISPLAY_LENGTH_MAX,
    SUBTITLE_LENGTH_MAX,
    InvalidField,
)
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

_FORM_BYTES = 256 * 1024


@get(f"{APPS_PATH}/{{slug:str}}/edit")
async def edit_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The form with what stands."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        logo = await desk.logo_path(tx, opened.app)
    app = opened.app
    form = html.Form(
        {
            "display": [app.display],
            "subtitle": [app.subtitle],
            "description": [app.description],
        }
    )
    return _page(visitor, opened, form, logo)


@post(f"{APPS_PATH}/{{slug:str}}/edit", status_code=200)
async def save(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Keep the texts and, if one was chosen, the logo; or nothing when one will not do."""
    person = visitor.require_person(back=desk.path_of(slug, "edit"))
    bytes_max = services.settings.image_bytes_max
    form = await visitor.form(size_bytes_max=bytes_max + _FORM_BYTES)
    _ = visitor.gettext
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        logo = await desk.logo_path(tx, opened.app)
    image_id = None
    try:
        if (file := form.file("logo")) is not None:
            stored = await media.store_image(
                services.db,
                services.media,
                file.content,
                purpose="avatar",
                app_id=opened.app.id,
                person_id=person.id,
                bytes_max=bytes_max,
            )
            image_id = stored.id
    except media.ImageTooLarge:
        form.fail("logo", _("The picture is too large. Choose a smaller one."))
    except media.UnreadableImage:
        form.fail("logo", _("This is no picture we can read. Choose a JPEG, PNG or WebP file."))
    except media.ImagesQueueFull:
        form.fail("logo", _("Many pictures are being stored just now. Try again in a moment."))
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            await developers.edit_display(
                tx,
                opened.app.id,
                display=form.raw("display"),
                subtitle=form.raw("subtitle"),
                description=form.raw("description"),
            )
            if image_id is not None:
                await media.attach(tx, image_id)
                await developers.set_avatar(tx, opened.app.id, image_id=image_id)
            if not form.ok:
                raise _NothingKept
            await desk.note_edit(
                tx, opened, "app.edited", "display", "subtitle", "description", "avatar_image_id"
            )
    except InvalidField as error:
        form.fail(error.field, words.refusal(_, error))
    except _NothingKept:
        pass
    if not form.ok:
        return _page(visitor, opened, form, logo, status=422)
    return desk.saved(visitor, desk.path_of(slug, "edit"), _("Saved."))


@post(f"{APPS_PATH}/{{slug:str}}/edit/remove-logo", status_code=200)
async def remove_logo(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Back to the first letter of the name."""
    visitor.require_person(back=desk.path_of(slug, "edit"))
    await visitor.form()
    async with services.db.write() as tx:
        opened = await desk.opened(tx, visitor, slug)
        await developers.set_avatar(tx, opened.app.id, image_id=None)
        await desk.note_edit(tx, opened, "app.edited", "avatar_image_id")
    _ = visitor.gettext
    return desk.saved(visitor, desk.path_of(slug, "edit"), _("The logo is removed."))


class _NothingKept(Exception):
    """Rolls back, for another field will not do."""


def _page(
    visitor: Visitor, opened: Opened, form: html.Form, logo: str, *, status: int = 200
) -> AnyResponse:
    return desk.app_page(
        visitor,
        opened,
        "panel/edit.html",
        current="edit",
        status=status,
        form=form,
        logo=logo,
        display_length_max=DISPLAY_LENGTH_MAX,
        subtitle_length_max=SUBTITLE_LENGTH_MAX,
        description_length_max=DESCRIPTION_LENGTH_MAX,
    )
