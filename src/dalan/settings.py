"""Every setting, with its unit, default and reason: one frozen struct, read once at start-up.

Each field is read from the environment as ``DALAN_`` and its name in capitals. A value that
does not fit stops the start with a message that names it. ``docs/guide/settings.md`` lists them
for operators; a test holds the two together.
"""

import contextlib
import difflib
import os
import secrets
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

PREFIX = "DALAN_"
SECRET_LENGTH_MIN = 32

Seconds = Annotated[int, Meta(ge=1, le=400 * 86_400)]
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Days = Annotated[int, Meta(ge=1, le=36_500)]
Port = Annotated[int, Meta(ge=0, le=65_535)]


class SettingsError(Exception):
    """The platform cannot start with these settings; each line says which and why."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What may differ between one installation and another."""

    world: Literal["dev", "real"] = "dev"
    """Set by the command (``dalan dev`` or ``dalan serve``), not by the environment."""

    home: Path = Path(".dalan")
    """Folder of a dev world: database, pictures, secret. Also the default place of real ones."""

    host: str = "127.0.0.1"
    """Address to listen on. A dev world shows one-time codes, so it stays on loopback unless
    ``--expose`` is given."""

    port: Port = 8000
    """Port to listen on; 0 takes a free one, which is printed."""

    public_base_url: str = ""
    """How the outside reaches us, without a trailing slash; every absolute URL starts with it.
    Empty: ``http://{host}:{port}``, which only a loopback address may do."""

    trusted_proxies: str = ""
    """Addresses and networks, comma separated, of proxies in front of us: only they are believed
    who the caller is (``X-Forwarded-For`` and ``-Proto``, ``Forwarded``). Empty: nobody is."""

    database_url: str = ""
    """``sqlite:///path`` or ``postgresql://…``. Empty: SQLite in ``home``."""

    database_connections_max: Annotated[int, Meta(ge=2, le=500)] = 10
    """Connections one process may hold to PostgreSQL."""

    database_durable: bool = True
    """On SQLite, commits survive a power cut (fsync on each group of commits). A dev world, and
    an operator who prefers speed, keeps them safe from a killed process only."""

    media_url: str = ""
    """Where pictures are kept: a folder, or an object store's address (``s3://bucket/prefix``).
    Empty: ``media`` in ``home``."""

    secret: str = ""
    """The key of all keys, at least 32 characters; tokens, keys and cookies are worthless
    without it. A dev world makes its own and keeps it in ``home``."""

    old_secrets: str = ""
    """Earlier values of ``secret``, newest first, comma separated: still accepted, not used."""

    access_token_seconds: Seconds = 3_600
    """Life of an access token of Kenar's door (the contract prints 3600)."""

    refresh_token_seconds: Seconds = 30 * 86_400
    """Life of a consent's refresh tokens, from the consent on; then the person is asked again."""

    refresh_grace_seconds: Annotated[int, Meta(ge=0, le=300)] = 120
    """How long a used refresh token still answers, with the same successor: a failed save can be
    repeated (the contract says two minutes)."""

    authorization_code_seconds: Annotated[int, Meta(ge=10, le=600)] = 600
    """Life of an authorization code; RFC 6749 4.1.2 recommends ten minutes at the most."""

    session_seconds: Seconds = 30 * 86_400
    """Life of a browser session since it was last used."""

    one_time_code_seconds: Annotated[int, Meta(ge=30, le=900)] = 180
    """Life of a sign-in code."""

    one_time_code_attempts_max: Annotated[int, Meta(ge=1, le=20)] = 5
    """Wrong guesses after which a sign-in code is dead (one in a million each)."""

    one_time_code_sends_per_hour: Annotated[int, Meta(ge=1, le=100)] = 6
    """Codes one number may be sent within an hour: a text message costs money and patience."""

    code_sender_url: str = ""
    """Address a real world posts ``{"phone", "text", "code", "lang"}`` to, so that a code reaches
    a phone; it may be on this machine. `dalan serve` does not start without it. A dev world shows
    codes in its inbox instead."""

    code_sender_authorization: str = ""
    """Sent as ``Authorization`` to ``code_sender_url``."""

    request_body_bytes_max: Annotated[int, Meta(ge=1_024, le=100_000_000)] = 1_000_000
    """Largest body of an API call that is no upload."""

    image_bytes_max: Annotated[int, Meta(ge=10_000, le=100_000_000)] = 5_000_000
    """Largest picture somebody may upload."""

    requests_per_minute_development: Count = 60
    """Calls a development app may make in a minute."""

    requests_per_day_development: Count = 1_000
    """Calls a development app may make in a day (UTC)."""

    requests_per_minute_production: Count = 600
    """Calls a production app may make in a minute, unless its own limit says otherwise."""

    requests_per_day_production: Count = 100_000
    """Calls a production app may make in a day (UTC), unless its own limit says otherwise."""

    quotas_enforced: bool = True
    """Refuse calls over the limit with 429. A dev world counts and shows, and refuses only when
    the developer turns this on."""

    outbound_private: bool = False
    """Let apps live at loopback and private addresses. A dev world's do; on a server this would
    let an app's address reach the operator's own network."""

    outbound_seconds: Annotated[int, Meta(ge=1, le=60)] = 10
    """How long an app may take to answer while a person waits (server link, dynamic action)."""

    keep_codes_days: Days = 1
    """Sign-in codes after they expired. They count towards the limit of an hour."""

    keep_sessions_days: Days = 30
    """Browser sessions after they expired."""

    keep_tokens_days: Days = 1
    """Authorization codes, pushed requests, tokens and their families after they expired: so
    long a late repeat is known for one."""

    keep_facts_days: Days = 30
    """What happened and was acted on. What is owed to somebody, or was given up, stays."""

    keep_usage_days: Days = 400
    """How much each app called on a day: a year to compare with, and a month."""

    keep_starts_days: Days = 1
    """Where people left for an app from, after the way back expired."""

    keep_temporary_pictures_hours: Annotated[int, Meta(ge=1, le=24 * 365)] = 24
    """Pictures that nothing shows; the contract says a day."""

    keep_audit_days: Days = 1_095
    """Who changed what: three years, for questions come late."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least serious event that is written."""

    log_file: str = ""
    """File the structured log goes to; empty: standard output."""

    @property
    def base_url(self) -> str:
        """``public_base_url``, or where we listen."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_base_url or f"http://{host}:{self.port}"

    @property
    def secure(self) -> bool:
        """People reach us over https, so cookies may demand it."""
        return self.base_url.startswith("https://")

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """``trusted_proxies``, read."""
        return networks(self.trusted_proxies)

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'dalan.db'}"

    @property
    def media_address(self) -> str:
        return self.media_url or str(self.home / "media")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The current secret first, then those still accepted."""
        old = [part.strip() for part in self.old_secrets.split(",")]
        return (self.secret, *[part for part in old if part])


_DEV_DEFAULTS: dict[str, Any] = {
    "database_durable": False,
    "outbound_private": True,
    "quotas_enforced": False,
}
"""What a dev world sets otherwise; the environment still decides."""


def from_environment(
    environment: Mapping[str, str] = os.environ,
    *,
    world: Literal["dev", "real"],
    **given: Any,
) -> Settings:
    """Read and check the settings for a world. ``given`` (command options) wins.

    A dev world without a secret gets one of its own, kept in its folder. Raises SettingsError
    with a line for everything that is wrong.
    """
    values: dict[str, Any] = dict(_DEV_DEFAULTS) if world == "dev" else {}
    known = {field.name for field in msgspec.structs.fields(Settings)} - {"world"}
    problems = []
    for name, text in environment.items():
        if not name.startswith(PREFIX) or name in _ELSEWHERE:
            continue
        key = name.removeprefix(PREFIX).lower()
        if key in known:
            values[key] = text
        else:
            problems.append(f"{name}: there is no such setting{_nearest(key, known)}")
    values |= {key: value for key, value in given.items() if value is not None}
    settings = _convert(values | {"world": world}, problems)
    if settings is not None:
        problems += _disagreements(settings)
    if problems or settings is None:
        raise SettingsError("\n".join(problems))
    if world == "dev" and not settings.secret:
        settings = msgspec.structs.replace(settings, secret=_secret_of_home(settings.home))
    return settings


_ELSEWHERE = {
    "DALAN_BROWSER",
    "DALAN_SHARED",
    "DALAN_SOAK_ROUNDS",
    "DALAN_TEST_POSTGRES_URL",
}
"""Read by the tests and the Makefile, not by the platform."""


def _convert(values: dict[str, Any], problems: list[str]) -> Settings | None:
    good: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        if field.name in values:
            try:
                value = values[field.name]
                if field.type is bool and isinstance(value, str):
                    value = _BOOLEANS.get(value.lower(), value)
                good[field.name] = msgspec.convert(
                    value, field.type, strict=False, dec_hook=_other_kind
                )
            except msgspec.ValidationError as error:
                problems.append(f"{PREFIX}{field.name.upper()}: {error}")
    return None if problems else Settings(**good)


_BOOLEANS = {"yes": True, "no": False, "on": True, "off": False}
"""Besides ``true``, ``false``, ``1`` and ``0``, which msgspec knows."""


def _other_kind(kind: type, value: Any) -> Any:
    return kind(value) if kind is Path and isinstance(value, str) and value else value


def _nearest(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""


def _disagreements(settings: Settings) -> list[str]:
    problems = []
    try:
        url = urlsplit(settings.base_url)
        assert url.port is None or url.port >= 0, "asking for the port checks it"
    except ValueError as error:
        return [f"DALAN_PUBLIC_BASE_URL: {error}"]
    if url.scheme not in ("http", "https") or not url.hostname or url.query or url.fragment:
        problems.append("DALAN_PUBLIC_BASE_URL: an http or https address, without a query")
    elif url.path not in ("", "/") or url.username is not None:
        problems.append("DALAN_PUBLIC_BASE_URL: only a host and perhaps a port: we own every path")
    elif settings.base_url.endswith("/"):
        problems.append("DALAN_PUBLIC_BASE_URL: leave out the slash at its end")
    elif settings.world == "real" and url.scheme == "http" and not is_loopback(url.hostname):
        problems.append("DALAN_PUBLIC_BASE_URL: https, for passwords and tokens travel on it")
    if len(settings.secret) < SECRET_LENGTH_MIN and (settings.world == "real" or settings.secret):
        problems.append("DALAN_SECRET: at least 32 random characters; `dalan doctor` prints one")
    elif settings.world == "real" and _is_placeholder(settings.secret):
        problems.append("DALAN_SECRET: looks like a placeholder; use a random one")
    if any(len(old) < SECRET_LENGTH_MIN for old in settings.secrets[1:]):
        problems.append("DALAN_OLD_SECRETS: one is shorter than any secret may be")
    try:
        networks(settings.trusted_proxies)
    except ValueError as error:
        problems.append(f"DALAN_TRUSTED_PROXIES: {error}")
    address = settings.database_address
    if not address.startswith(("sqlite:///", "postgresql://", "postgres://")):
        problems.append("DALAN_DATABASE_URL: sqlite:///path or postgresql://…")
    if settings.code_sender_url and not settings.code_sender_url.startswith(
        ("http://", "https://")
    ):
        problems.append("DALAN_CODE_SENDER_URL: an http or https address")
    return problems


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Comma separated addresses and networks. Raises ValueError, which says what is wrong."""
    found = tuple(
        ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()
    )
    if any(network.prefixlen == 0 for network in found):
        raise ValueError("the whole world is no proxy of yours")
    return found


def _is_placeholder(secret: str) -> bool:
    """Few characters over and over, or words that stand where a secret should."""
    words = ("change", "placeholder", "example", "password", "replace", "your", "random char")
    return len(set(secret)) < 8 or any(word in secret.lower() for word in words)


def is_loopback(host: str) -> bool:
    """A name or address that only this machine can reach."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _secret_of_home(home: Path) -> str:
    """The secret kept in the folder, made on first use and readable by its owner alone."""
    path = home / "secret"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"secret.{os.getpid()}"
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        # Linked when it is whole: a second process finds all of it, or makes its own and loses.
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
