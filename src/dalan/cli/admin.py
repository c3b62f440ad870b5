"""``dalan admin …``: what an operator does from the shell."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import click

from dalan.cli.running import existing_database, settings_or_exit
from dalan.errors import DalanError
from dalan.kernel import logs
from dalan.kernel.db import Database, WriteTransaction

Work = Callable[[WriteTransaction], Awaitable[str]]

ROLES = ("admin", "reviewer", "support")
STATES = (
    "development",
    "in_review",
    "changes_requested",
    "approved",
    "active",
    "inactive",
    "suspended",
)

on_real = click.option(
    "--real", is_flag=True, help="The real world's database, not the dev world's."
)


@click.group("admin")
def command() -> None:
    """Operators' actions. They act on the dev world, or with --real on the real one."""


@command.command("create-operator")
@click.argument("phone")
@click.option("--role", type=click.Choice(ROLES), default="admin", help="How far they may go.")
@on_real
def create_operator(phone: str, role: Any, real: bool) -> None:
    """Let the person with this number run the place, under /admin."""
    number = _number(phone)

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import audit, identity, operators

        person = await identity.register(tx, phone=number)
        await operators.appoint(tx, person.id, role=role)
        await audit.record(
            tx, audit.CLI, "operator.appointed", audit.Subject.person(person.id), role=role
        )
        return f"{phone} is an operator now ({role}). They sign in and open /admin."

    _act(work, real=real)


@command.command("remove-operator")
@click.argument("phone")
@on_real
def remove_operator(phone: str, real: bool) -> None:
    """Make the person with this number like everybody else."""
    number = _number(phone)

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import audit, identity, operators

        person = await identity.person_by_phone(tx, number)
        if person is None:
            raise operators.UnknownOperator
        await operators.dismiss(tx, person.id)
        await audit.record(tx, audit.CLI, "operator.dismissed", audit.Subject.person(person.id))
        return f"{phone} is no operator any more."

    _act(work, real=real)


@command.command("operators")
@on_real
def list_operators(real: bool) -> None:
    """Who runs the place."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import identity, operators
        from dalan.kernel.phone import national

        found = await operators.operators(tx)
        people = await identity.people(tx, [one.person_id for one in found])
        return "\n".join(
            f"{national(people[one.person_id].phone)}  {one.role:<8}  {people[one.person_id].name}"
            for one in found
        )

    _act(work, real=real)


@command.group("short-domains")
def domains() -> None:
    """Hosts of which every path is a short link's hash."""


@domains.command("add")
@click.argument("name")
@click.option("--base", default="", help="Where the bare address leads.")
@click.option("--missing", default="", help="Where hashes nobody has lead.")
@on_real
def add_domain(name: str, base: str, missing: str, real: bool) -> None:
    """Make NAME a short domain, or change where its addresses lead. Its name must lead here."""
    base_url = settings_or_exit("real" if real else "dev").base_url

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import links

        own = links.OwnAddresses(base_url, [one.name for one in await links.short_domains(tx)])
        domain = await links.add_domain(
            tx, name, own=own, base_address=base, missing_address=missing
        )
        return f"{domain.name} is a short domain."

    _act(work, real=real)


@domains.command("remove")
@click.argument("name")
@on_real
def remove_domain(name: str, real: bool) -> None:
    """Answer under NAME no more. Its links stay, and are back when it is added again."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import links

        domain = await links.remove_domain(tx, name)
        return f"{domain.name} is no short domain any more."

    _act(work, real=real)


@domains.command("list")
@on_real
def list_domains(real: bool) -> None:
    """The short domains there are."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import links

        return "\n".join(
            f"{one.name}  {one.base_address or '-'}  {one.missing_address or '-'}"
            for one in await links.short_domains(tx)
        )

    _act(work, real=real)


@command.group("apps")
def apps() -> None:
    """Apps made by other people."""


@apps.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only apps in this state.")
@on_real
def list_apps(state: Any, real: bool) -> None:
    """Apps with their states, the newest first."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        lines, cursor = [], ""
        while True:
            page = await developers.newest_apps(tx, state=state, after=cursor)
            lines += [f"{one.slug:<40}  {one.state:<17}  {one.display}" for one in page.apps]
            cursor = page.next_cursor
            if not cursor:
                return "\n".join(lines)

    _act(work, real=real)


@apps.command("approve")
@click.argument("slug")
@on_real
def approve(slug: str, real: bool) -> None:
    """Make SLUG a production app, active everywhere, with every permission and scope.

    At /admin an operator chooses what it gets.
    """

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        app = await developers.approve(tx, slug=slug)
        await developers.settle(tx, app.id, by_id=None)
        await _note(tx, "app.approved", app.id)
        return f"{app.slug} is a production app now, active everywhere."

    _act(work, real=real)


@apps.command("request-changes")
@click.argument("slug")
@click.option("--note", required=True, help="What has to be changed; its team reads it.")
@on_real
def request_changes(slug: str, note: str, real: bool) -> None:
    """Send SLUG back to its team with a note."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        app = await developers.request_changes(tx, slug, note=note)
        await _note(tx, "app.changes_requested", app.id, note=app.review_note)
        return f"{app.slug} was sent back to its team."

    _act(work, real=real)


@apps.command("suspend")
@click.argument("slug")
@click.option("--reason", required=True, help="Why; its team reads it.")
@on_real
def suspend(slug: str, reason: str, real: bool) -> None:
    """Stop SLUG: it is offered nowhere and its calls are refused."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        app = await developers.suspend(tx, slug, note=reason)
        await _note(tx, "app.suspended", app.id, reason=app.review_note)
        return f"{app.slug} is suspended."

    _act(work, real=real)


@apps.command("lift")
@click.argument("slug")
@on_real
def lift(slug: str, real: bool) -> None:
    """Lift SLUG's suspension; a production app stays paused until its team resumes it."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        app = await developers.lift_suspension(tx, slug)
        await _note(tx, "app.suspension_lifted", app.id)
        return f"{app.slug} is {app.state} now."

    _act(work, real=real)


@apps.command("limits")
@click.argument("slug")
@click.option("--per-minute", type=click.IntRange(1, 1_000_000), help="Calls a minute.")
@click.option("--per-day", type=click.IntRange(1, 1_000_000_000), help="Calls a day.")
@on_real
def limits(slug: str, per_minute: int | None, per_day: int | None, real: bool) -> None:
    """Give SLUG limits of its own; one that is left out is that of its kind."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers

        app = await developers.app_by_slug(tx, slug)
        await developers.set_limits(tx, app.id, per_minute=per_minute, per_day=per_day)
        await _note(tx, "app.limits_set", app.id, per_minute=per_minute, per_day=per_day)
        return (
            f"{app.slug} may call {per_minute or 'as its kind'} a minute, "
            f"{per_day or 'as its kind'} a day."
        )

    _act(work, real=real)


@apps.command("searches")
@click.argument("slug")
@click.option("--per-day", type=click.IntRange(0, 1_000_000_000), help="Searches a day.")
@on_real
def searches(slug: str, per_day: int | None, real: bool) -> None:
    """Let SLUG search for posts so often a day; left out: as often as its kind."""

    async def work(tx: WriteTransaction) -> str:
        from dalan.domains import developers, search

        app = await developers.app_by_slug(tx, slug)
        await search.allow(tx, app_id=app.id, per_day=per_day)
        await _note(tx, "app.searches_set", app.id, per_day=per_day)
        said = "as its kind" if per_day is None else per_day
        return f"{app.slug} may search {said} a day."

    _act(work, real=real)


@command.command("reindex")
@on_real
def reindex(real: bool) -> None:
    """Make the index of the search anew from the posts, while everything goes on.

    After bringing a marketplace of before up to date, or when a search is thought to be wrong.
    Safe to stop and to run again.
    """

    async def work(db: Database) -> str:
        from dalan.domains import search

        count = await search.reindex(db)
        return f"{count} posts can be found."

    _act_over_time(work, real=real)


async def _note(tx: WriteTransaction, action: str, app_id: int, **facts: Any) -> None:
    from dalan.domains import audit

    await audit.record(tx, audit.CLI, action, audit.Subject.app(app_id), **facts)


def _number(phone: str) -> str:
    from dalan.kernel import phone as numbers

    try:
        return numbers.parse(phone)
    except numbers.InvalidPhone as error:
        raise click.BadParameter("write a mobile number, such as 09121234567") from error


def _act(work: Work, *, real: bool) -> None:
    """One unit of work, and what it says."""
    _act_over_time(lambda db: db.transact(work), real=real)


def _act_over_time(work: Callable[[Database], Awaitable[str]], *, real: bool) -> None:
    """Units of work of its own, and what they say."""
    settings = settings_or_exit("real" if real else "dev")
    logs.setup("error", settings.log_file or "/dev/stderr")  # the terminal is the operator's

    async def run() -> str:
        async with existing_database(settings) as db:
            return await work(db)

    try:
        said = asyncio.run(run())
    except DalanError as error:
        raise click.ClickException(str(error)) from error
    if said:
        click.echo(said)
