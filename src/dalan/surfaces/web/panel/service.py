"""What kind of service an app is, and the tags it carries."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened


@get(f"{APPS_PATH}/{{slug:str}}/service")
async def service_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The form with what stands; from review on only what stands."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        tags = await developers.tags_of(tx, opened.app.id)
    form = html.Form({"service_type": [opened.app.service_type or ""], "tags": list(tags)})
    return _page(visitor, opened, form)


@post(f"{APPS_PATH}/{{slug:str}}/service", status_code=200)
async def save(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Keep both, or neither when one will not do."""
    path = desk.path_of(slug, "service")
    visitor.require_person(back=path)
    form = await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            before = developers.Classified(
                opened.app.service_type, await developers.tags_of(tx, opened.app.id)
            )
            after = await developers.classify(
                tx,
                opened.app.id,
                service_type=form.text("service_type"),
                tags=form.all("tags"),
                by_team=True,
            )
            if after != before:
                await desk.note(
                    tx, opened, "app.classified", service_type=after.service_type, tags=after.tags
                )
    except developers.WrongState as error:
        return desk.refused(visitor, path, words.refusal(_, error))
    except developers.InvalidField as error:
        form.fail(error.field, support_words.refusal(_, visitor.lang, error))
        async with services.db.read() as tx:
            opened = await desk.opened(tx, visitor, slug)
        return _page(visitor, opened, form, status=422)
    return desk.saved(visitor, path, _("Saved."))


def _page(visitor: Visitor, opened: Opened, form: html.Form, *, status: int = 200) -> AnyResponse:
    types = support_words.service_types()
    return desk.app_page(
        visitor,
        opened,
        "panel/service.html",
        current="service",
        status=status,
        form=form,
        can_choose=opened.app.state in developers.BY_TEAM,
        service_types=types,
        service_type=dict(types).get(opened.app.service_type or "", ""),
        tag_options=support_words.tag_options(visitor.lang),
        tag_labels=support_words.tag_labels(visitor.lang, form.all("tags")),
        tags_max=developers.TAGS_MAX,
    )
