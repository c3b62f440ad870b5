"""``dalan admin``: operators and apps from the shell, every act in the audit log."""

import asyncio
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner, Result

from dalan.cli import main
from dalan.domains import audit, developers, identity, operators
from dalan.kernel.db import Database, database_at, sqlite_path
from dalan.settings import from_environment
from tests.databases import Sqlite
from tests.factories.developers import make_app
from tests.factories.posts import make_post

SARA, REZA = "09121234567", "09351112233"


class Shell:
    """The command in a dev world of its own."""

    def __init__(self, home: Path, databases: Sqlite) -> None:
        self._home = home
        self._url = from_environment(world="dev").database_address
        (home / "dev").mkdir(parents=True, exist_ok=True)
        shutil.move(databases.clone().removeprefix("sqlite:///"), self._path)

    @property
    def _path(self) -> Path:
        path = sqlite_path(self._url)
        assert path is not None, "a dev world is on SQLite"
        return path

    def run(self, *words: str) -> Result:
        return CliRunner().invoke(main, ["admin", *words])

    def ask(self, question: Any) -> Any:
        async def asked() -> Any:
            db: Database = database_at(self._url, durable=False)
            await db.open()
            try:
                async with db.write() as tx:
                    return await question(tx)
            finally:
                await db.close()

        return asyncio.run(asked())

    def actions(self) -> list[str]:
        async def question(tx: Any) -> list[str]:
            return [f"{one.actor_kind} {one.action}" for one in (await audit.entries(tx)).entries]

        told: list[str] = self.ask(question)
        return told


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_databases: Sqlite) -> Shell:
    monkeypatch.setenv("DALAN_HOME", str(tmp_path))
    monkeypatch.delenv("DALAN_DATABASE_URL", raising=False)
    return Shell(tmp_path, sqlite_databases)


def test_operators_are_made_listed_and_dismissed(shell):
    assert shell.run("create-operator", SARA).exit_code == 0
    assert shell.run("create-operator", "۰۹۳۵۱۱۱۲۲۳۳", "--role", "reviewer").exit_code == 0

    listed = shell.run("operators").output
    assert f"{SARA}  admin" in listed
    assert f"{REZA}  reviewer" in listed
    assert "last admin" in shell.run("remove-operator", SARA).output
    assert shell.run("remove-operator", REZA).exit_code == 0
    assert REZA not in shell.run("operators").output
    assert shell.actions() == [
        "cli operator.dismissed",
        "cli operator.appointed",
        "cli operator.appointed",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("create-operator", "12"),
        ("create-operator", SARA, "--role", "king"),
        ("remove-operator", SARA),
        ("apps", "approve", "no-such-app"),
        ("apps", "limits", "no-such-app", "--per-day", "0"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(shell, words):
    answer = shell.run(*words)

    assert answer.exit_code != 0
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert shell.actions() == []


def test_app_goes_through_its_life_from_the_shell(shell):
    async def prepare(tx: Any) -> None:
        owner = await identity.register(tx, phone="+989121234567")
        await make_app(tx, owner_id=owner.id, slug="light-report")
        await developers.ask_for_review(tx, "light-report")

    async def app(tx: Any) -> developers.App:
        return await developers.app_by_slug(tx, "light-report")

    shell.ask(prepare)
    assert "light-report" in shell.run("apps", "list", "--state", "in_review").output

    assert shell.run("apps", "request-changes", "light-report", "--note", "لوگو").exit_code == 0
    assert (shell.ask(app).state, shell.ask(app).review_note) == ("changes_requested", "لوگو")
    assert shell.run("apps", "approve", "light-report").exit_code == 0
    assert shell.ask(app).state == "active"
    assert shell.run("apps", "limits", "light-report", "--per-day", "9000").exit_code == 0
    assert (shell.ask(app).requests_per_minute, shell.ask(app).requests_per_day) == (None, 9000)
    assert shell.run("apps", "searches", "light-report", "--per-day", "7").exit_code == 0
    assert shell.run("apps", "suspend", "light-report", "--reason", "spam").exit_code == 0
    assert shell.ask(app).state == "suspended"
    assert shell.run("apps", "lift", "light-report").exit_code == 0
    assert shell.ask(app).state == "inactive"
    assert shell.run("apps", "list", "--state", "in_review").output == ""
    assert shell.actions() == [
        "cli app.suspension_lifted",
        "cli app.suspended",
        "cli app.searches_set",
        "cli app.limits_set",
        "cli app.approved",
        "cli app.changes_requested",
    ]


def test_reindex_says_how_many_posts_can_be_found(shell):
    async def prepare(tx: Any) -> None:
        await make_post(tx)
        await make_post(tx, state="retired")

    shell.ask(prepare)

    assert shell.run("reindex").output == "1 posts can be found.\n"


def test_roles_the_shell_offers_are_those_there_are():
    from dalan.cli import admin

    assert set(admin.ROLES) == set(operators.ROLES)
    assert set(admin.STATES) == set(get_args(developers.AppState))
