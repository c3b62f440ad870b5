"""What the platform is, one's own apps, and registering another."""

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import audit, developers
from dalan.domains.developers import InvalidField, InvalidSlug, SlugTaken, TooMany
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse


@get("/kenar")
async def introduction(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """What apps can do here, for somebody who has not made one; their own apps, if any."""
    apps = []
    if visitor.person is not None:
        async with services.db.read() as tx:
            apps = await developers.apps_of(tx, visitor.person.id)
    return visitor.page(
        "panel/introduction.html", active="developers", apps_count=len(apps), apps_path=APPS_PATH
    )


@get(APPS_PATH)
async def my_apps(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The apps one is a member of."""
    person = visitor.require_person()
    async with services.db.read() as tx:
        apps = await developers.apps_of(tx, person.id)
        roles = await developers.roles_of(tx, person.id)
        logos = await desk.logo_paths(tx, apps)
    _ = visitor.gettext
    return visitor.page(
        "panel/apps.html",
        active="developers",
        apps=[
            {
                "app": app,
                "url": desk.path_of(app.slug),
                "logo": logos.get(app.id, ""),
                "state": words.state(_, app),
                "role": words.role(_, roles[app.id]),
            }
            for app in apps
        ],
        apps_path=APPS_PATH,
    )


@get(f"{APPS_PATH}/new")
async def new_app_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The form, with a slug that is still free."""
    visitor.require_person()
    async with services.db.read() as tx:
        slug = await developers.suggest_slug(tx)
    return _form_page(visitor, html.Form({"slug": [slug]}))


@post(APPS_PATH, status_code=200)
async def register_app(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Register a development app; its client secret is shown on the page that follows."""
    person = visitor.require_person(back=f"{APPS_PATH}/new")
    form = await visitor.form()
    try:
        async with services.db.write() as tx:
            app, secret = await developers.register_app(
                tx,
                keys=services.keys,
                owner_id=person.id,
                display=form.raw("display"),
                slug=form.text("slug"),
                subtitle=form.raw("subtitle"),
            )
            await audit.record(
                tx,
                audit.Actor.person(person.id),
                "app.registered",
                audit.Subject.app(app.id),
                slug=app.slug,
            )
    except InvalidField as error:
        form.fail(error.field, words.refusal(visitor.gettext, error))
    except (InvalidSlug, SlugTaken) as error:
        form.fail("slug", words.refusal(visitor.gettext, error))
    except TooMany as error:
        form.fail("", words.refusal(visitor.gettext, error))
    if not form.ok:
        return _form_page(visitor, form, status=422)
    desk.show_once(visitor, services, _secret_name(app.id), secret)
    _ = visitor.gettext
    return desk.saved(visitor, desk.path_of(app.slug), _("Your app is registered."))


def _secret_name(app_id: int) -> str:
    return f"client secret {app_id}"


def _form_page(visitor: Visitor, form: html.Form, *, status: int = 200) -> AnyResponse:
    return visitor.page(
        "panel/new_app.html", status=status, active="developers", form=form, apps_path=APPS_PATH
    )
