"""A platform and what a test asks of it."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from dalan.testing import worlds
from dalan.testing.client import Client, Console
from dalan.testing.events import Events, Proofs
from dalan.testing.process import Process


@dataclass(frozen=True)
class App:
    """An app's credentials. Secrets stay out of what a failing test prints."""

    slug: str
    redirect_uri: str
    owner_phone: str
    state: str
    basalam_client_id: str
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    identification_key: str = field(repr=False)
    signing_secret: str = field(repr=False)

    def headers(self, token: "Tokens | str | None" = None) -> dict[str, str]:
        """What a call of this app carries, for whatever client you call with."""
        sent = {"x-api-key": self.api_key}
        if token:
            sent["authorization"] = f"Bearer {token}"
        return sent


@dataclass(frozen=True)
class Person:
    """Somebody of this world."""

    phone: str
    name: str


@dataclass(frozen=True)
class Tokens:
    """What a person gave an app; ``str()`` is the access token."""

    scope: str
    expires_in: int
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)

    def __str__(self) -> str:
        return self.access_token


@dataclass(frozen=True)
class Clock:
    """What time it is over there (RFC 3339); ``fired`` is what fell due by a move."""

    now: str
    frozen: bool
    speed: float
    fired: list[dict[str, Any]] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, said: dict[str, Any]) -> "Clock":
        return cls(said["now"], said["frozen"], said["speed"], said.get("fired") or [])


class Unplayed(Exception):
    """A persona's script ended before its end; why is the message."""


class Dalan:
    """A running platform that is this test run's alone."""

    def __init__(self, base_url: str, home: Path, events: Events) -> None:
        self.base_url = base_url
        self.home = home
        self.events = events
        """A server that takes the events of every app made here, unless it has its own."""
        self.console = Console(base_url)
        """The console's JSON, for what has no method of its own: ``ask("GET", "clock")``."""

    def app(
        self,
        slug: str = "",
        *,
        scopes: Sequence[str] | None = None,
        permissions: Sequence[str] | None = None,
        events_url: str | None = None,
        **more: Any,
    ) -> App:
        """A new app, approved, with a key of those ``permissions`` that may ask people for those
        ``scopes`` (None: all there are). ``more``: ``redirect_uri``, ``dynamic_action_url``,
        ``session_init_url``, ``fallback_url``, ``display``, ``owner`` (a phone number),
        ``development=True``. Its events come to ``dalan.events`` unless it has an ``events_url``.
        Raises ``Refused``."""
        path = f"/{uuid4()}"
        body = {"slug": slug, "scopes": _list(scopes), "permissions": _list(permissions)}
        body |= {"events_url": self.events.url + path if events_url is None else events_url}
        app = App(**self.console.ask("POST", "apps", json=body | more))
        if events_url is None:
            proofs = Proofs(app.slug, app.identification_key, app.signing_secret)
            self.events.expect(path, proofs)
        return app

    def person(self, name: str = "", *, phone: str = "") -> Person:
        """Somebody new; with a number that is known, whoever has it."""
        return Person(**self.console.ask("POST", "people", json={"name": name, "phone": phone}))

    def sign_in(self, person: Person) -> dict[str, str]:
        """The cookie of a browser in which that person is signed in: ``name`` and ``value``."""
        signed_in = self.console.ask("POST", "sessions", json={"phone": person.phone})
        cookie: dict[str, str] = signed_in["cookie"]
        return cookie

    def browser(self, person: Person | None = None) -> Client:
        """Opens the platform's pages, signed in as that person; it follows no redirect."""
        if person is None:
            return Client(self.base_url, {"accept": "text/html"})
        cookie = self.sign_in(person)
        sent = f"{cookie['name']}={cookie['value']}"
        return Client(self.base_url, {"accept": "text/html", "cookie": sent})

    def consent(self, app: App, person: Person, *scopes: str, **more: Any) -> Tokens:
        """The person agrees to those scopes, and the app has its tokens; ``more``: ``door``,
        ``redirect_uri``. Raises ``Refused`` where the consent page would say no."""
        given = self.console.ask("POST", "grants", json=self._asked(app, person, scopes, more))
        return Tokens(
            given["scope"], given["expires_in"], given["access_token"], given["refresh_token"]
        )

    def consent_code(self, app: App, person: Person, *scopes: str, **more: Any) -> tuple[str, str]:
        """The same up to the code, for an app that exchanges it itself: the address the browser
        would be led to, and the code in it. ``more``: ``state``, ``nonce``, ``code_challenge``,
        ``code_challenge_method`` too."""
        given = self.console.ask("POST", "consents", json=self._asked(app, person, scopes, more))
        return given["redirect_to"], given["code"]

    def client(self, app: App, token: Tokens | str | None = None) -> Client:
        """Calls as that app, and in the name of whoever gave it the token."""
        return Client(self.base_url, app.headers(token))

    def play(
        self,
        *steps: str | dict[str, Any],
        person: Person,
        app: App | None = None,
        post: str = "",
        persona: str = "",
        conversation: str = "",
    ) -> dict[str, Any]:
        """Let that person do those ``steps`` (``{"say": "سلام"}``, ``"block"``), or all of a ready
        ``persona``, with the app's bot, about a post or in a conversation; answers the run when it
        is done. Raises ``Unplayed``, and ``Refused`` for what cannot begin."""
        run = self.begin(
            *steps, person=person, app=app, post=post, persona=persona, conversation=conversation
        )
        while run["state"] == "acting":
            run = self.console.ask("GET", f"personas/runs/{run['id']}", params={"wait": 20})
        if run["state"] != "done":
            raise Unplayed(run["why"] or run["state"])
        return run

    def begin(
        self,
        *steps: str | dict[str, Any],
        person: Person,
        app: App | None = None,
        post: str = "",
        persona: str = "",
        conversation: str = "",
    ) -> dict[str, Any]:
        """The same, and not wait for them: the run as it begins, with its ``id``."""
        body = {"person": person.phone, "persona": persona, "script": list(steps)}
        body |= {"post": post, "app": app.slug if app else "", "conversation": conversation}
        run: dict[str, Any] = self.console.ask("POST", "personas/runs", json=body)
        return run

    @property
    def credentials(self) -> dict[str, Any]:
        """What ``dalan credentials --json`` prints of this world: the sample app's and Sara's."""
        found: dict[str, Any] = self.console.ask("GET", "credentials")
        return found

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return Clock.of(self.console.ask("GET", "clock"))

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> Clock:
        """Move time on; what falls due on the way is done before this returns."""
        moved = seconds + 60 * (minutes + 60 * (hours + 24 * days))
        return self._set_clock(advance_seconds=moved)

    def freeze(self, at: str = "") -> Clock:
        """Let time stand still, now or at that moment (RFC 3339)."""
        return self._set_clock(frozen=True, **({"set": at} if at else {}))

    def resume(self) -> Clock:
        """Let time go on from where it stands."""
        return self._set_clock(frozen=False)

    def fault(self, fault: str, **given: Any) -> dict[str, Any]:
        """Order trouble: ``dalan.fault("…", app=app.slug, times=1)``; its rule, with its ``id``."""
        rule: dict[str, Any] = self.console.ask(
            "POST", "faults/rules", json=given | {"fault": fault}
        )
        return rule

    def clear_faults(self) -> None:
        """No trouble any more."""
        self.console.ask("DELETE", "faults/rules")

    def snapshot(self, name: str) -> None:
        """Remember everything as it is now."""
        self.console.ask("POST", "snapshots", json={"name": name})

    def restore(self, name: str) -> None:
        """Everything as it was then. Forgets what ``events`` brought."""
        self.console.ask("POST", f"snapshots/{name}/restore")
        self.events.clear()

    def forget(self, name: str) -> None:
        """Throw a snapshot away."""
        self.console.ask("DELETE", f"snapshots/{name}")

    @contextmanager
    def undone(self) -> Iterator["Dalan"]:
        """Whatever happens in the block is undone after it: data, time and trouble ordered in it.
        What was ordered before stays ordered."""
        name = f"test-{uuid4().hex[:12]}"
        ordered = self._faults()
        self.snapshot(name)
        try:
            yield self
        finally:
            for one in self._faults() - ordered:
                self.console.ask("DELETE", f"faults/rules/{one}")
            self.restore(name)
            self.forget(name)

    def requests(self, **filters: Any) -> list[dict[str, Any]]:
        """What went over the wire, oldest first: ``app``, ``path``, ``status``, ``direction``
        (``in`` or ``out``), ``after``, ``limit``."""
        found = self.console.ask("GET", "requests", params=filters)
        listed: list[dict[str, Any]] = found["requests"]
        return listed

    def _faults(self) -> set[int]:
        return {one["id"] for one in self.console.ask("GET", "faults/rules")["rules"]}

    def _asked(
        self, app: App, person: Person, scopes: Sequence[str], more: dict[str, Any]
    ) -> dict[str, Any]:
        client_id = app.basalam_client_id if more.get("door") == "basalam" else app.slug
        return {"client_id": client_id, "phone": person.phone, "scopes": list(scopes), **more}

    def _set_clock(self, **given: Any) -> Clock:
        return Clock.of(self.console.ask("POST", "clock", json=given))


@contextmanager
def running(
    *, settings: dict[str, str] | None = None, cache: Path | None = None
) -> Iterator[Dalan]:
    """A platform for the length of a block, in a folder that goes with it. ``settings`` are those
    of ``docs/guide/settings.md``, by the names of their variables."""
    folder = tempfile.mkdtemp(prefix="dalan-", dir=worlds.light_folder())
    events = Events()
    try:
        home = Path(folder, "world")
        worlds.copy_world(home, furnish=_furnish, cache=cache)
        process = Process(home, settings=settings or {}, ends_with=folder)
        try:
            yield Dalan(process.base_url, home, events)
        finally:
            process.kill()
    finally:
        events.close()
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(home: Path) -> None:
    home.parent.mkdir(parents=True, exist_ok=True)
    Process(home, "--posts", str(worlds.POSTS_COUNT), settings={}).stop()
    for name in ("lock", "dalan.log"):
        (home / name).unlink(missing_ok=True)


def _list(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else list(names)
