"""Every setting, with its unit, default and reason: one frozen struct, read once at start-up.

Each field is read from the environment as ``DALAN_`` and its name in capitals. A value that
does not fit stops the start with a message that names it. ``docs/guide/settings.md`` lists them
for operators; a test holds the two together.
"""

import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from dalan.settings_checks import disagreements, networks
from dalan.settings_values import converted, nearest, secret_of_home

PREFIX = "DALAN_"

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
    """Where pictures and files are kept: a folder, or an object store's address
    (``s3://bucket/prefix``). Empty: ``media`` in ``home``."""

    media_endpoint: str = ""
    """Address of an S3-compatible store that is not Amazon's. Empty: ``AWS_ENDPOINT_URL``."""

    media_region: str = ""
    """The store's region. Empty: ``AWS_REGION``."""

    media_access_key_id: str = ""
    """Name of the key to the store. Empty: ``AWS_ACCESS_KEY_ID``, or the machine's own role."""

    media_secret_access_key: str = ""
    """The key itself. Empty: ``AWS_SECRET_ACCESS_KEY``, or the machine's own role."""

    secret: str = ""
    """The key of all keys, at least 32 characters; tokens, keys and cookies are worthless
    without it. A dev world makes its own and keeps it in ``home``."""

    old_secrets: str = ""
    """Earlier values of ``secret``, newest first, comma separated: still accepted, not used."""

    access_token_seconds: Seconds = 3_600
    """Life of an access token of Kenar's door (the contract prints 3600)."""

    refresh_token_seconds: Seconds = 30 * 86_400
    """Life of a consent's refresh tokens, from the consent on; then the person is asked again."""

    basalam_access_token_seconds: Annotated[int, Meta(ge=301, le=400 * 86_400)] = 366 * 86_400
    """Life of an access token of Basalam's door (its documentation prints 31622400). SDKs renew
    one that has less than 300 seconds left, so below 301 they would renew it at every call."""

    basalam_refresh_token_seconds: Annotated[int, Meta(ge=301, le=4_000 * 86_400)] = 732 * 86_400
    """Life of a consent given at Basalam's door: at least an access token's; twice that, so that
    an app that renews in time is renewed once for a whole year."""

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

    proof_code_seconds: Annotated[int, Meta(ge=60, le=900)] = 300
    """Life of a code that proves a phone or a bank account to an app (Basalam's door)."""

    proof_code_pause_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 120
    """Between two such codes for one person and purpose: a text message costs money."""

    fixed_code: Annotated[str, Meta(pattern=r"^([1-9][0-9]{3,5})?$")] = ""
    """What every code that proves something is in a dev world, so that a script need not read the
    inbox: four to six digits. Empty: drawn by chance. Sign-in codes are never fixed."""

    identity_checks_strict: bool = True
    """Refuse national codes, cards and shebas whose check digits are wrong. A dev world looks at
    their length only: the samples in the published SDKs have wrong ones."""

    short_link_days: Annotated[int, Meta(ge=0, le=36_500)] = 730
    """Life of a short link made through the POD door; 0: for good. The contract's samples say two
    years."""

    short_domain: str = ""
    """The short domain that links made through the POD door stand at, one of those added with
    `dalan admin short-domains`. Empty: this installation's own ``/l/``."""

    short_link_duplicates: Literal["refuse", "reuse", "allow"] = "refuse"
    """What becomes of a second link of one app to the same: the contract refuses it (121),
    ``reuse`` answers the first, ``allow`` makes another."""

    short_links_per_minute_person: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 300
    """Short links one person may make within a minute; 0: no bound. Fraud makes them by the
    thousand, people who import a list a few hundred at a time."""

    short_links_per_day_person: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 5_000
    """The same within a day (UTC)."""

    short_links_per_minute_app: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 3_000
    """Short links one app may make within a minute, beside its quota of calls; 0: no bound. One
    call may make many."""

    short_links_per_day_app: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 100_000
    """The same within a day (UTC)."""

    service_keys_required: bool = False
    """Refuse calls of the POD door without a service key (``scApiKey``). SDKs may leave it out."""

    expired_links_gone: bool = False
    """Answer an expired short link with 410 instead of 404, which the contract says."""

    clicks_sync_seconds: Annotated[float, Meta(ge=0.05, le=60)] = 1.0
    """How often clicks in the journal are made safe from a power cut: it costs so much of them at
    most. A killed process costs none."""

    clicks_backlog_bytes_max: Annotated[int, Meta(ge=100_000, le=1_000_000_000_000)] = 256_000_000
    """How much of the journal may wait to be drained. Beyond it visitors wait until their click
    is in the database, so that none is lost."""

    clicks_excluded: str = ""
    """Addresses and networks, comma separated, whose clicks are kept and not counted: one's own."""

    count_bots: bool = False
    """Count the clicks of crawlers, previews and prefetches like anybody's."""

    places_file: str = ""
    """A file of networks' countries and cities, of MaxMind's format (``.mmdb``). It is read anew
    when it changes. Empty: every place is ``Unknown``."""

    code_sender_url: str = ""
    """Address a real world posts ``{"phone", "text", "code", "lang", "purpose"}`` to, so that a
    code reaches a phone; it may be on this machine. `dalan serve` does not start without it. A dev
    world shows codes in its inbox instead."""

    code_sender_authorization: str = ""
    """Sent as ``Authorization`` to ``code_sender_url``."""

    smtp_url: str = ""
    """The server mail goes out through: ``smtps://user:password@host`` (encrypted at once, port
    465) or ``smtp://…`` (STARTTLS, port 587; plain on this machine only). Empty: nobody is mailed,
    notices are shown in the panel. A dev world keeps mail in its inbox instead."""

    mail_from: str = ""
    """The address mail comes from, such as ``Dalan <no-reply@example.com>``; with ``smtp_url``."""

    gateway_url: str = ""
    """The payment gateway, one that speaks ZarinPal's form, version 4, such as
    ``https://payment.zarinpal.com``. Empty: nobody pays by card, and pages say so. A dev world has
    a simulated bank of its own instead."""

    gateway_merchant_id: str = ""
    """Who we are at the gateway, 36 characters; whoever knows it can ask for money in our name."""

    request_body_bytes_max: Annotated[int, Meta(ge=1_024, le=100_000_000)] = 1_000_000
    """Largest body of an API call that is no upload."""

    image_bytes_max: Annotated[int, Meta(ge=10_000, le=100_000_000)] = 5_000_000
    """Largest picture somebody may upload."""

    video_bytes_max: Annotated[int, Meta(ge=100_000, le=2_000_000_000)] = 50_000_000
    """Largest video; the contract says it of chats, and nobody of posts."""

    video_seconds_max: Annotated[int, Meta(ge=1, le=86_400)] = 180
    """How long a video may play; the sources name no bound."""

    voice_bytes_max: Annotated[int, Meta(ge=10_000, le=100_000_000)] = 1_500_000
    """Largest voice message, as the contract says."""

    document_bytes_max: Annotated[int, Meta(ge=10_000, le=100_000_000)] = 5_000_000
    """Largest document sent into a chat, as the contract says."""

    upload_address_seconds: Annotated[int, Meta(ge=30, le=86_400)] = 600
    """Life of a signed upload address and of a chat's upload token (the contract: about ten
    minutes)."""

    upload_seconds_max: Annotated[int, Meta(ge=10, le=86_400)] = 900
    """How long one upload may take from its first byte to its last: a slow line yes, an idle
    hand no."""

    requests_per_minute_development: Count = 60
    """Calls a development app may make in a minute."""

    requests_per_day_development: Count = 1_000
    """Calls a development app may make in a day (UTC)."""

    requests_per_minute_production: Count = 600
    """Calls a production app may make in a minute, unless its own limit says otherwise."""

    requests_per_day_production: Count = 100_000
    """Calls a production app may make in a day (UTC), unless its own limit says otherwise."""

    searches_per_day_development: Count = 100
    """Searches for posts a development app may make in a day (UTC), beside its quota of calls: a
    search reads a hundred posts at once."""

    searches_per_day_production: Count = 10_000
    """Searches for posts a production app may make in a day (UTC); ``dalan admin apps searches``
    gives one app another number."""

    api_key_age_days: Days = 60
    """Age at which an API key is called old, in its list, on the overview and in a notice."""

    api_key_expiry_notice_days: Days = 7
    """How long before an API key ends its team is told."""

    quotas_enforced: bool = True
    """Refuse calls over the limit with 429. A dev world counts and shows, and refuses only when
    the developer turns this on."""

    posts_reviewed: bool = True
    """A person looks at every new post and every edit before others see it. In a dev world posts
    go straight out unless the developer turns this on."""

    bump_interval_hours: Annotated[int, Meta(ge=0, le=720)] = 4
    """How long a post stands before it may be bumped to the top: less, and who pays most often
    is all that is seen."""

    posts_reviewed_of: Literal["everybody", "new_people"] = "everybody"
    """Whose posts that is: everybody's, or only of people who had few posts on display so far.
    What a rule holds is looked at in any case, also where `posts_reviewed` is off."""

    posts_trusted_after: Count = 3
    """With `new_people`: how many posts somebody had on display before theirs go straight out."""

    reports_signed_in: bool = False
    """Let only people who are signed in report a post."""

    reports_hide_at: Annotated[int, Meta(ge=0, le=1_000)] = 0
    """How many people who are signed in report a post before it is hidden until a reviewer has
    looked. 0: never by itself. Anonymous reports do not count here."""
    contact_needs_sign_in: bool = False
    """Show a seller's number to people who are signed in only."""

    contacts_per_day: Count = 50
    """Numbers one person, or one browser nobody is signed in on, is shown within a day. A network
    address is shown five times as many, for many people may share one."""

    chat_messages_per_minute: Count = 30
    """Messages one person may write within a minute, in all their conversations; what apps write
    in their name counts against the apps."""

    chat_conversations_per_day: Count = 50
    """Conversations one person may begin within a day."""

    chat_notice_minutes: Annotated[int, Meta(ge=1, le=10_080)] = 10
    """How long a message waits in a chat before its reader is told elsewhere, once until they
    look."""

    outbound_private: bool = False
    """Let apps live at loopback and private addresses. A dev world's do; on a server this would
    let an app's address reach the operator's own network."""

    outbound_seconds: Annotated[int, Meta(ge=1, le=60)] = 10
    """How long an app may take to answer while a person waits (server link, dynamic action)."""

    keep_codes_days: Days = 1
    """Sign-in codes after they expired. They count towards the limit of an hour."""

    keep_temporary_bank_accounts_days: Days = 7
    """Bank accounts nobody confirmed, since they were last changed."""

    keep_sessions_days: Days = 30
    """Browser sessions after they expired."""

    keep_tokens_days: Days = 1
    """Authorization codes, pushed requests, tokens and their families after they expired: so
    long a late repeat is known for one."""

    keep_events_days: Days = 30
    """What apps were told and every attempt to tell it; so long it can be sent or pulled again."""

    keep_facts_days: Days = 30
    """What happened and was acted on. What is owed to somebody, or was given up, stays."""

    keep_usage_days: Days = 400
    """How much each app called on a day: a year to compare with, and a month."""

    keep_starts_days: Days = 1
    """Where people left for an app from, after the way back expired."""

    keep_notices_days: Days = 180
    """What people were told, read or not; their codes for mail addresses go after a day."""

    keep_temporary_pictures_hours: Annotated[int, Meta(ge=1, le=24 * 365)] = 24
    """Pictures and files that nothing shows, and uploads begun so long ago; the contract says a
    day."""

    keep_drafts_hours: Annotated[int, Meta(ge=1, le=24 * 365)] = 24
    """Posts somebody began to write, since they were last touched. Their pictures are temporary
    for as long as the setting above says."""

    keep_closed_tickets_days: Days = 730
    """Tickets with their files, after they were closed: two years, for faults come back."""

    keep_audit_days: Days = 1_095
    """Who changed what: three years, for questions come late."""

    keep_post_history_days: Days = 400
    """Who changed or moved a post, and what it said; a year and a bit, as long as disputes last."""

    keep_post_statistics_days: Days = 400
    """Views and the like of single days; sums of a post's whole life stay with the post."""

    keep_failed_payments_days: Days = 90
    """Payments that were refused, and payment tickets that ended unspent; what moved money is
    kept."""

    keep_moderation_days: Days = 400
    """Decided reports, also of short links, what rules found, bans that are over, posts found for
    saved searches."""

    keep_chats_days: Days = 730
    """Conversations in which nobody wrote any more, with all that was said and sent in them."""

    keep_unpaid_payments_days: Days = 30
    """Payments by card, and to apps, that were begun and never made; what was paid stays with the
    books."""

    keep_idempotency_days: Days = 7
    """Keys with which a short link was asked for: so long the same key answers the same link."""

    keep_deleted_links_days: Days = 30
    """Short links that were deleted: so long they can be restored. Their hashes stay taken."""

    keep_clicks_days: Days = 90
    """Clicks one by one; their sums stay for good."""

    keep_click_minutes_days: Days = 14
    """Clicks by the minute; then they are told by the quarter of an hour."""

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
    def loopback_url(self) -> str:
        """Where this machine reaches us, whatever the outside calls us."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "") else self.host  # noqa: S104 (compared)
        host = "::1" if host == "::" else host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

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
    def clicks_folder(self) -> Path:
        """Where clicks stand until they are in the database."""
        return self.home / "clicks"

    @property
    def media_options(self) -> dict[str, str]:
        """What the object store is told besides its address; only what is set."""
        said = {
            "endpoint": self.media_endpoint,
            "region": self.media_region,
            "access_key_id": self.media_access_key_id,
            "secret_access_key": self.media_secret_access_key,
        }
        return {name: value for name, value in said.items() if value}

    @property
    def secrets(self) -> tuple[str, ...]:
        """The current secret first, then those still accepted."""
        old = [part.strip() for part in self.old_secrets.split(",")]
        return (self.secret, *[part for part in old if part])


_DEV_DEFAULTS: dict[str, Any] = {
    "database_durable": False,
    "identity_checks_strict": False,
    "outbound_private": True,
    "posts_reviewed": False,
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
            problems.append(f"{name}: there is no such setting{nearest(key, known, prefix=PREFIX)}")
    values |= {key: value for key, value in given.items() if value is not None}
    good = converted(Settings, values | {"world": world}, problems, prefix=PREFIX)
    settings = None if good is None else Settings(**good)
    if settings is not None:
        problems += disagreements(settings)
    if problems or settings is None:
        raise SettingsError("\n".join(problems))
    if world == "dev" and not settings.secret:
        settings = msgspec.structs.replace(settings, secret=secret_of_home(settings.home))
    return settings


_ELSEWHERE = {
    "DALAN_BROWSER",
    "DALAN_SHARED",
    "DALAN_SOAK_ROUNDS",
    "DALAN_TEST_POSTGRES_URL",
}
"""Read by the tests and the Makefile, not by the platform."""
