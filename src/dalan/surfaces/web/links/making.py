"""Making a link and changing it: the short form, the whole form, switching, deleting."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import links
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import changes
from dalan.surfaces.web.links import holding, link_form, listing, words
from dalan.surfaces.web.links.holding import AnyResponse, Holder

HISTORY_SHOWN: Final = 20
LENGTHS: Final = {"title": 200, "description": 500, "note": 2_000}
FORM_BYTES_MAX: Final = 512 * 1024
"""A text of 65,536 letters is twice as many bytes in Persian, and percent-encoded six times."""


@get(holding.at("/new"))
async def new_link_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The whole form; ``?target=`` fills in where it leads."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        domains = await links.short_domains(tx)
    form = link_form.blank()
    query = visitor.request.query_params
    form.values["target"] = [query.get("target", "")[:8_192]]
    if query.get("kind") == "content":
        form.values["kind"] = ["content"]
    return _form_page(visitor, holder, form, domains=domains)


@post(holding.at(), status_code=200)
async def make_link(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Make a link, from the short form or the whole one, and go to its page."""
    path = holding.path_here(visitor)
    visitor.require_person(back=path)
    form = await _form(visitor)
    _ = visitor.gettext
    is_short = form.raw("form") == "short"
    if form.raw("do") == "more":
        return await _shown_again(visitor, form)
    wish = link_form.wish_in(form, _)
    try:
        if not form.ok:
            return await _shown_again(visitor, form, status=422)
        async with visitor.services.db.write() as tx:
            holder = await holding.held(tx, visitor)
            link = await links.create(
                tx, wish, owner=holder.owner, rules=visitor.services.link_rules
            )
    except links.AlreadyShortened as error:
        if is_short and not wish.hash:
            return await _to_the_first(visitor, error.hash, wish.domain)
        words.note_refusal(form, _, error)
    except _REFUSALS as error:
        words.note_refusal(form, _, error)
    if not form.ok and is_short:
        async with visitor.services.db.read() as tx:
            holder = await holding.held(tx, visitor)
            return await listing.list_page(tx, visitor, holder, form, status=422)
    if not form.ok:
        return await _shown_again(visitor, form, status=422)
    flash = html.Flash("success", _("Your short link is ready."))
    return visitor.see_other(holder.path_of(link), flash=flash)


@get(holding.at("/at/{hash:str}/edit"))
async def edit_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The form as the link fills it in, and what became of it so far."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        return await _edit_page(tx, visitor, holder, link, link_form.filled(link, visitor.lang))


@post(holding.at("/at/{hash:str}/edit"), status_code=200)
async def save_link(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Keep all of it, or nothing when a part will not do."""
    visitor.require_person(back=holding.path_here(visitor))
    form = await _form(visitor)
    _ = visitor.gettext
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        form.values["kind"] = [link.kind]
        if form.raw("do") == "more":
            return await _edit_page(tx, visitor, holder, link, form)
    changes_ = link_form.changes_in(form, link, visitor.lang, _)
    try:
        if form.ok:
            async with visitor.services.db.write() as tx:
                await links.edit(
                    tx,
                    link.id,
                    owner=holder.owner,
                    changes=changes_,
                    rules=visitor.services.link_rules,
                    by=holder.by,
                )
    except _REFUSALS as error:
        words.note_refusal(form, _, error)
    if not form.ok:
        async with visitor.services.db.read() as tx:
            return await _edit_page(tx, visitor, holder, link, form, status=422)
    return visitor.see_other(holder.path_of(link), flash=html.Flash("success", _("Saved.")))


@post(holding.at("/at/{hash:str}/switch"), status_code=200)
async def switch_link(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Let visitors find it, or not."""
    visitor.require_person(back=holding.path_here(visitor))
    form = await visitor.form()
    active = form.flag("active")
    async with visitor.services.db.write() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        await links.set_active(tx, link.id, owner=holder.owner, active=active, by=holder.by)
    _ = visitor.gettext
    said = _("Visitors find it again.") if active else _("Visitors do not find it any more.")
    return visitor.see_other(holder.path_of(link), flash=html.Flash("success", said))


@post(holding.at("/at/{hash:str}/delete"), status_code=200)
async def delete_link(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Take it away; its ending is given to nobody else."""
    visitor.require_person(back=holding.path_here(visitor))
    await visitor.form()
    async with visitor.services.db.write() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
        await links.delete(tx, link.id, owner=holder.owner, by=holder.by)
    _ = visitor.gettext
    flash = html.Flash("success", _("The link is deleted. Its ending stays yours."))
    return visitor.see_other(holder.path, flash=flash)


_REFUSALS: Final = (
    links.TargetMissing,
    links.InvalidLink,
    links.HashTaken,
    links.HashTooLong,
    links.AlreadyShortened,
    links.LinkLimit,
)


async def _form(visitor: Visitor) -> html.Form:
    return await visitor.form(size_bytes_max=FORM_BYTES_MAX, fields_count_max=link_form.FIELDS_MAX)


async def _to_the_first(visitor: Visitor, hash_: str, domain: str) -> AnyResponse:
    """There is a link to the same: that one is as good."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await links.of_owner(tx, hash_, owner=holder.owner, domain=domain)
    _ = visitor.gettext
    flash = html.Flash("info", _("You have made this one before; here it is."))
    return visitor.see_other(holder.path_of(link), flash=flash)


async def _shown_again(visitor: Visitor, form: html.Form, *, status: int = 200) -> AnyResponse:
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        domains = await links.short_domains(tx)
    return _form_page(visitor, holder, form, status=status, domains=domains)


async def _edit_page(
    tx: ReadTransaction,
    visitor: Visitor,
    holder: Holder,
    link: links.Link,
    form: html.Form,
    *,
    status: int = 200,
) -> AnyResponse:
    page = await links.history(tx, link.id, limit=HISTORY_SHOWN)
    shown = await changes.shown(tx, visitor.gettext, page.entries, to_team=True)
    return _form_page(visitor, holder, form, status=status, link=link, changes=shown)


def _form_page(
    visitor: Visitor,
    holder: Holder,
    form: html.Form,
    *,
    status: int = 200,
    link: links.Link | None = None,
    changes: list[dict[str, Any]] | None = None,
    domains: Sequence[links.ShortDomain] = (),
) -> AnyResponse:
    _, lang = visitor.gettext, visitor.lang
    services = visitor.services
    wants_more = form.raw("do") == "more"
    return holder.page(
        visitor,
        "links/form.html",
        status=status,
        form=form,
        link=link,
        link_url=holder.path_of(link) if link else "",
        action=holder.path_of(link, "edit") if link else holder.path,
        readable=holding.readable_address(services, link) if link else "",
        changes=changes or [],
        domains=[("", _own_host(services)), *((one.name, one.name) for one in domains)],
        labels=words.labels(_, form),
        lengths=LENGTHS,
        lives=[
            *([] if link else [("standard", _standard_life(visitor))]),
            *((days, _days(visitor, int(days))) for days in link_form.LIVES_DAYS),
            ("at", _("Until a day of your choice")),
            ("never", _("For ever")),
        ],
        weekdays=[(day, _(name)) for day, name in words.WEEKDAYS],
        devices=[(name, words.name_of(_, name)) for name in links.DEVICES],
        countries=words.country_options(lang),
        rules_count=link_form.rows_of(form, "rule", least=1, spare=1 if wants_more else 0),
        weighted_count=link_form.rows_of(form, "weighted", least=2, spare=1 if wants_more else 0),
        is_more_open=wants_more or _has_terms(form),
    )


def _has_terms(form: html.Form) -> bool:
    """Something stands in the second half of the form, or is wrong there."""
    plain = {"csrf_token", "form", "kind", "target", "text", "hash", "title", "tags", "expires"}
    plain |= {"expires_at", "note", "description", "domain"}
    typed = any(form.all(name) for name in form.values if name not in plain)
    return typed or bool(set(form.errors) - plain)


def _own_host(services: Services) -> str:
    return f"{services.settings.base_url.partition('://')[2]}/l"


def _standard_life(visitor: Visitor) -> str:
    days = visitor.services.settings.short_link_days
    _ = visitor.gettext
    return _("As usual here: %(life)s", life=_days(visitor, days) if days else _("for ever"))


def _days(visitor: Visitor, days: int) -> str:
    return str(visitor.context().ngettext("%(num)s day", "%(num)s days", days))
