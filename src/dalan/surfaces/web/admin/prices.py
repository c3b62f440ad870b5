"""What publishing, bumping and renewing costs, and how many posts are free."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import audit, developers, payments, taxonomy
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes, payment_words
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse, Entered

Work = Callable[[WriteTransaction], Awaitable[None]]

PATH: Final = f"{desk.PATH}/prices"
HISTORY_SHOWN: Final = 20
TRIED = ("mobile-phones", "tehran")
"""What is looked up before anybody chose."""


@get(PATH)
async def prices_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """What things cost now, and the table that says so."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "prices")
        shown = await _shown(tx, visitor)
    return _page(visitor, me, shown, html.Form())


@post(f"{PATH}/set", status_code=200)
async def set_price(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Say what one thing costs in one place."""
    form = await desk.form(visitor, services, "prices")
    _ = visitor.gettext
    cost_rials = form.whole_number("cost_rials")
    if cost_rials is None:
        form.fail("cost_rials", _("Write the amount as a number."))

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "prices")
        assert cost_rials is not None, "checked above"
        slug = form.text("app")
        app_id = (await developers.app_by_slug(tx, slug)).id if slug else None
        said: dict[str, Any] = {
            "category": form.text("category"),
            "city": form.text("city"),
            "app_id": app_id,
        }
        operation = form.text("operation")
        was_rials = await _line_rials(tx, operation, said)
        await payments.set_price(tx, operation, cost_rials=cost_rials, by_id=me.person.id, **said)
        if was_rials != cost_rials:
            await _note(
                tx, me, "price.set", operation, said, was_rials=was_rials, amount_rials=cost_rials
            )

    return await _do(visitor, services, form, work, _("The price holds from now on."))


@post(f"{PATH}/remove", status_code=200)
async def remove_price(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Take a line away; the next wider one holds again."""
    form = await desk.form(visitor, services, "prices")
    _ = visitor.gettext
    app_id = form.whole_number("app_id") or None

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "prices")
        said: dict[str, Any] = {
            "category": form.text("category"),
            "city": form.text("city"),
            "app_id": None if app_id is None else desk.bounded(app_id),
        }
        operation = form.text("operation")
        was_rials = await _line_rials(tx, operation, said)
        if await payments.remove_price(tx, operation, **said):
            await _note(tx, me, "price.removed", operation, said, was_rials=was_rials)

    return await _do(visitor, services, form, work, _("The price is taken away."))


@post(f"{PATH}/free", status_code=200)
async def set_free_posts(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Say how many posts of a category are free; an empty number: as it came."""
    form = await desk.form(visitor, services, "prices")
    _ = visitor.gettext
    count = form.whole_number("posts_count")
    if count is None and form.raw("posts_count").strip():
        form.fail("posts_count", _("Write a whole number."))

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "prices")
        category = form.text("free_category")
        if count is None:
            removed = await payments.remove_free_quota(tx, category)
            if not removed:
                return
        else:
            await payments.set_free_quota(tx, category, posts_count=count, by_id=me.person.id)
        await desk.note(
            tx,
            me,
            "price.free_posts_set",
            audit.Subject("price", f"free:{category or '*'}"),
            category=category,
            posts_count="" if count is None else count,
        )

    return await _do(visitor, services, form, work, _("Saved."))


async def _do(
    visitor: Visitor, services: Services, form: html.Form, work: Work, said: str
) -> AnyResponse:
    """Do it, or show the page again with what was wrong and everything that was typed."""
    _ = visitor.gettext
    try:
        if form.ok:
            await services.db.transact(work)
    except developers.UnknownApp:
        form.fail("app", _("There is no such app."))
    except taxonomy.UnknownCategory:
        form.fail(
            "free_category" if form.raw("free_category") else "category", _("Choose one of these.")
        )
    except taxonomy.UnknownCity:
        form.fail("city", _("Choose one of these."))
    except payments.InvalidField as error:
        form.fail(error.field, _("This is out of range."))
    if form.ok:
        return desk.done(visitor, PATH, said)
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "prices")
        shown = await _shown(tx, visitor)
    return _page(visitor, me, shown, form, status=422)


async def _line_rials(tx: ReadTransaction, operation: str, said: dict[str, Any]) -> int | None:
    """What the line says now; None where there is none."""
    place = (operation, said["category"], said["city"], said["app_id"] or payments.FOR_EVERYBODY)
    for line in await payments.price_lines(tx):
        if (line.operation, line.category, line.city, line.app_id) == place:
            return line.cost_rials
    return None


async def _note(
    tx: WriteTransaction,
    me: Entered,
    action: str,
    operation: str,
    said: dict[str, Any],
    **facts: audit.Fact,
) -> None:
    await desk.note(
        tx,
        me,
        action,
        audit.Subject("price", operation),
        operation=operation,
        category=said["category"] or "*",
        city=said["city"] or "*",
        app_id=said["app_id"] or 0,
        **facts,
    )


async def _shown(tx: ReadTransaction, visitor: Visitor) -> dict[str, Any]:
    _ = visitor.gettext
    lines = await payments.price_lines(tx)
    apps = await developers.apps_by_id(tx, [one.app_id for one in lines if one.app_id])
    query = visitor.request.query_params
    tried_category, tried_city = _tried(query.get("of", ""), query.get("in", ""))
    history = await audit.entries(tx, subject_kind="price", limit=HISTORY_SHOWN)
    return {
        "changes": await changes.shown(tx, _, history.entries, to_team=False),
        "lines": [
            {
                "line": one,
                "operation": payment_words.operation(_, one.operation),
                "category": _category(one.category),
                "city": _city(one.city),
                "app": apps.get(one.app_id),
            }
            for one in lines
        ],
        "tried_category": tried_category,
        "tried_city": tried_city,
        "costs": [
            (
                payment_words.operation(_, operation),
                await payments.cost(
                    tx, operation, category=tried_category, city=tried_city, app_id=None
                ),
            )
            for operation in payments.OPERATIONS
        ],
        "quotas": [(quota, _category(quota.category)) for quota in await payments.free_quotas(tx)],
        "own_quotas": {one.category for one in await payments.free_quota_lines(tx)},
    }


def _tried(category: str, city: str) -> tuple[str, str]:
    """What the visitor looks up; what is nothing is the first look again."""
    try:
        taxonomy.category(category)
        taxonomy.city(city)
    except (taxonomy.UnknownCategory, taxonomy.UnknownCity):
        return TRIED
    return category, city


def _category(slug: str) -> str:
    return _title(taxonomy.category(slug)) if slug else ""


def _title(category: taxonomy.Category) -> str:
    """The breadcrumb without the root, which stands before every category."""
    return category.display.partition(" - ")[2] or category.title


def _city(slug: str) -> str:
    return taxonomy.city(slug).display if slug else ""


def _page(
    visitor: Visitor, me: Entered, shown: dict[str, Any], form: html.Form, *, status: int = 200
) -> AnyResponse:
    _ = visitor.gettext
    return desk.page(
        visitor,
        me,
        "admin/prices.html",
        current="prices",
        status=status,
        form=form,
        operations=[(one, payment_words.operation(_, one)) for one in payments.OPERATIONS],
        categories=[(one.slug, _title(one)) for one in taxonomy.categories()],
        cities=[(one.slug, one.display) for one in taxonomy.cities()],
        **shown,
    )
