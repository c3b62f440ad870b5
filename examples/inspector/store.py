"""What the app remembers, in one small SQLite file: visits (with their tokens) and reports."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
"""Part of the file's name: raise it with any change below, and an older file is left alone."""

SCHEMA = """
create table if not exists visit (
    state text primary key, session text not null, post_token text not null,
    return_url text not null, verifier text not null, token text);
create table if not exists report (
    post_token text primary key, kind text not null, answers text not null, score int not null);
"""


@dataclass(frozen=True)
class Visit:
    """One person's way through the app for one post."""

    state: str
    """Sent through the consent page and back; unguessable."""
    session: str
    """The browser it belongs to, by our cookie."""
    post_token: str
    return_url: str
    verifier: str
    """PKCE: proves at the token endpoint that we are who asked for consent."""
    token: dict[str, Any] | None = None
    """Of the person's consent, once given."""


@dataclass(frozen=True)
class Report:
    """What an owner answered about a post: the number of the choice, per question."""

    post_token: str
    kind: str
    answers: dict[str, int]
    score: int


class Store:
    """Every call opens the file, does one thing and commits; threads need not share anything."""

    def __init__(self, folder: Path) -> None:
        path = folder / f"inspector-{SCHEMA_VERSION}.sqlite"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)  # it holds tokens
        self._path = path
        with self._open() as db:
            db.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=5)) as db, db:
            yield db

    def begin(self, visit: Visit) -> None:
        """Remember a visit until its consent comes back."""
        values = (visit.state, visit.session, visit.post_token, visit.return_url, visit.verifier)
        with self._open() as db:
            db.execute("insert into visit values (?, ?, ?, ?, ?, null)", values)

    def save_token(self, state: str, token: dict[str, Any] | None) -> None:
        """Keep the token of a visit, in place of an earlier one; None forgets it."""
        text = json.dumps(token) if token else None
        with self._open() as db:
            db.execute("update visit set token = ? where state = ?", (text, state))

    def save_return_url(self, state: str, return_url: str) -> None:
        """The person is here again, and wants to go back elsewhere this time."""
        with self._open() as db:
            db.execute("update visit set return_url = ? where state = ?", (return_url, state))

    def visit(self, state: str, session: str) -> Visit | None:
        """The visit with this state, if it was started in this browser."""
        return self._visit("state = ? and session = ?", state, session)

    def consented(self, session: str, post_token: str) -> Visit | None:
        """The latest visit of this browser for which we hold a token for this post."""
        where = "session = ? and post_token = ? and token is not null order by rowid desc"
        return self._visit(where, session, post_token)

    def _visit(self, where: str, *values: str) -> Visit | None:
        with self._open() as db:
            row = db.execute(f"select * from visit where {where} limit 1", values).fetchone()  # noqa: S608 (our own two texts)
        if row is None:
            return None
        state, session, post_token, return_url, verifier, token = row
        kept = json.loads(token) if token else None
        return Visit(state, session, post_token, return_url, verifier, kept)

    def save_report(self, report: Report) -> None:
        """One report per post: the last one counts."""
        values = (report.post_token, report.kind, json.dumps(report.answers), report.score)
        with self._open() as db:
            db.execute("insert or replace into report values (?, ?, ?, ?)", values)

    def report(self, post_token: str) -> Report | None:
        """The report on this post, if there is one."""
        with self._open() as db:
            row = db.execute("select * from report where post_token = ?", (post_token,)).fetchone()
        return Report(row[0], row[1], json.loads(row[2]), row[3]) if row else None
