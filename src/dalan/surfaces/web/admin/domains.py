"""Short domains: hosts whose every path is a hash."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import audit, links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse

PATH: Final = f"{desk.PATH}/domains"


@get(PATH)
async def domains_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """All of them with the form to add one, or with ``?domain=`` the form of one."""
    return await _domains_page(visitor, services, visitor.request.query_params.get("domain", ""))


@post(PATH, status_code=200)
async def add_domain(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Serve short links on one host more, or again on one that was removed; of one that is there,
    say where its bare address and its unknown hashes lead."""
    form = await desk.form(visitor, services, "domains")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> links.ShortDomain:
        me = await desk.entered(tx, visitor, "domains")
        return await links.add_domain(
            tx,
            form.text("name"),
            own=services.link_rules.own,
            base_address=form.text("base_address"),
            missing_address=form.text("missing_address"),
            by=audit.Actor.operator(me.person.id),
        )

    try:
        domain = await services.db.transact(work)
    except links.InvalidLink as refusal:
        if refusal.field in ("base_address", "missing_address"):
            said = _("An address begins with http:// or https:// and leads to no short link.")
            form.fail(refusal.field, said)
        else:
            form.fail("name", _("Write a host of your own such as s.example.com."))
        return await _domains_page(visitor, services, form.text("chosen"), form=form)
    return desk.done(visitor, PATH, _("Short links are served at %(name)s.", name=domain.name))


@post(f"{PATH}/remove", status_code=200)
async def remove_domain(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Serve its links no more; they stay."""
    form = await desk.form(visitor, services, "domains")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "domains")
        await links.remove_domain(tx, form.text("name"), by=audit.Actor.operator(me.person.id))

    try:
        await services.db.transact(work)
    except links.UnknownDomain:
        return desk.refused(visitor, PATH, _("There is no such domain."))
    return desk.done(visitor, PATH, _("The domain was removed."))


async def _domains_page(
    visitor: Visitor, services: Services, name: str, *, form: html.Form | None = None
) -> AnyResponse:
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "domains")
        domains = await links.short_domains(tx)
    return desk.page(
        visitor,
        me,
        "admin/domains.html",
        current="domains",
        status=422 if form else 200,
        form=form or html.Form(),
        domains=domains,
        chosen=next((one for one in domains if one.name == name), None),
    )
