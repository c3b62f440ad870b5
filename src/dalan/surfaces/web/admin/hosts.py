"""Hosts no short link may lead to."""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import audit, links
from dalan.kernel.db import WriteTransaction
from dalan.kernel.paging import InvalidCursor
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import AnyResponse

PATH: Final = f"{desk.PATH}/hosts"
LIST_BYTES_MAX: Final = 4_000_000


@get(PATH)
async def hosts_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """The list, to search and to add to."""
    return await _hosts_page(visitor, services)


@post(PATH, status_code=200)
async def block_host(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Block one host and all below it."""
    form = await desk.form(visitor, services, "links")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> str:
        me = await desk.entered(tx, visitor, "links")
        row = await links.block_host(tx, form.text("host"), note=form.raw("note"))
        subject = audit.Subject("host", str(row.id))
        await desk.note(tx, me, "host.blocked", subject, host=row.host, note=row.note)
        return row.host

    try:
        host = await services.db.transact(work)
    except links.InvalidHost as refusal:
        if refusal.field == "note":
            form.fail("note", _("Write at most 200 characters."))
        else:
            form.fail("host", _("Write a host such as example.com, a number, or a network."))
        return await _hosts_page(visitor, services, form=form)
    return desk.done(visitor, PATH, _("No link leads to %(host)s any more.", host=host))


@post(f"{PATH}/import", status_code=200, request_max_body_size=LIST_BYTES_MAX)
async def import_hosts(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Block every host of a list of lines."""
    async with services.db.read() as tx:
        await desk.entered(tx, visitor, "links")
    form = await visitor.form(size_bytes_max=LIST_BYTES_MAX)
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> links.Imported:
        me = await desk.entered(tx, visitor, "links")
        done = await links.import_hosts(tx, form.raw("lines"), note=form.raw("list_note"))
        if done.added:
            subject = audit.Subject("host", "list")
            await desk.note(tx, me, "host.list_imported", subject, added=done.added)
        return done

    try:
        done = await services.db.transact(work)
    except links.InvalidHost as refusal:
        if refusal.field == "note":
            form.fail("list_note", _("Write at most 200 characters."))
        else:
            form.fail("lines", _("A list has at most 50,000 lines."))
        return await _hosts_page(visitor, services, form=form)
    if done.refused_count:
        return await _hosts_page(visitor, services, done=done)
    said = _("%(added)s hosts added, %(stood)s were there.", added=done.added, stood=done.stood)
    return desk.done(visitor, PATH, said)


@post(f"{PATH}/{{host_id:int}}/remove", status_code=200)
async def unblock_host(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], host_id: FromPath[int]
) -> AnyResponse:
    """Let links lead there again."""
    await desk.form(visitor, services, "links")
    _ = visitor.gettext

    async def work(tx: WriteTransaction) -> None:
        me = await desk.entered(tx, visitor, "links")
        row = await links.unblock_host(tx, desk.bounded(host_id))
        subject = audit.Subject("host", str(row.id))
        await desk.note(tx, me, "host.unblocked", subject, host=row.host)

    try:
        await services.db.transact(work)
    except links.UnknownHost:
        return desk.refused(visitor, PATH, _("It is blocked no more."))
    return desk.done(visitor, PATH, _("Links may lead there again."))


async def _hosts_page(
    visitor: Visitor,
    services: Services,
    *,
    form: html.Form | None = None,
    done: links.Imported | None = None,
) -> AnyResponse:
    asked = visitor.request.query_params
    text = asked.get("q", "")
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "links")
        count = await links.blocked_hosts_count(tx)
        try:
            page = await links.blocked_hosts(tx, text=text, after=asked.get("after", ""))
        except InvalidCursor:
            page = await links.blocked_hosts(tx, text=text)
    return desk.page(
        visitor,
        me,
        "admin/hosts.html",
        current="hosts",
        status=422 if form else 200,
        form=form or html.Form(),
        done=done,
        asked=text,
        hosts=page.hosts,
        next_cursor=page.next_cursor,
        count=count,
    )
