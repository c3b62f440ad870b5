"""What settings must not say, each alone or one beside another."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from dalan.settings import Settings

SECRET_LENGTH_MIN = 32
MERCHANT_ID_LENGTH = 36


def disagreements(settings: "Settings") -> list[str]:
    """A line for each thing that is wrong; none when the settings fit together."""
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
    if settings.basalam_refresh_token_seconds < settings.basalam_access_token_seconds:
        problems.append(
            "DALAN_BASALAM_REFRESH_TOKEN_SECONDS: at least DALAN_BASALAM_ACCESS_TOKEN_SECONDS"
        )
    if any(len(old) < SECRET_LENGTH_MIN for old in settings.secrets[1:]):
        problems.append("DALAN_OLD_SECRETS: one is shorter than any secret may be")
    try:
        networks(settings.trusted_proxies)
    except ValueError as error:
        problems.append(f"DALAN_TRUSTED_PROXIES: {error}")
    try:
        networks(settings.clicks_excluded)
    except ValueError as error:
        problems.append(f"DALAN_CLICKS_EXCLUDED: {error}")
    address = settings.database_address
    if not address.startswith(("sqlite:///", "postgresql://", "postgres://")):
        problems.append("DALAN_DATABASE_URL: sqlite:///path or postgresql://…")
    if settings.fixed_code and settings.world == "real":
        problems.append("DALAN_FIXED_CODE: only a dev world may know its codes beforehand")
    if settings.media_options and "://" not in settings.media_address:
        problems.append("DALAN_MEDIA_URL: s3://bucket, for the other settings of the store to help")
    if settings.media_endpoint and not settings.media_endpoint.startswith(("http://", "https://")):
        problems.append("DALAN_MEDIA_ENDPOINT: an http or https address")
    if bool(settings.media_access_key_id) != bool(settings.media_secret_access_key):
        problems.append("DALAN_MEDIA_ACCESS_KEY_ID and DALAN_MEDIA_SECRET_ACCESS_KEY: both or none")
    if settings.code_sender_url and not settings.code_sender_url.startswith(
        ("http://", "https://")
    ):
        problems.append("DALAN_CODE_SENDER_URL: an http or https address")
    problems += _mail_problems(settings)
    problems += _gateway_problems(settings)
    return problems


def _gateway_problems(settings: "Settings") -> list[str]:
    url, merchant_id = settings.gateway_url, settings.gateway_merchant_id
    if bool(url) != bool(merchant_id):
        return ["DALAN_GATEWAY_URL and DALAN_GATEWAY_MERCHANT_ID: both or none"]
    if not url:
        return []
    problems = []
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https" or is_loopback(parts.hostname or "")
    except ValueError:
        return ["DALAN_GATEWAY_URL: an https address"]
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        problems.append("DALAN_GATEWAY_URL: an https address, without a query")
    elif settings.world == "real" and not secure:
        problems.append("DALAN_GATEWAY_URL: https, for money travels on it")
    if len(merchant_id) != MERCHANT_ID_LENGTH or not merchant_id.isprintable():
        problems.append(f"DALAN_GATEWAY_MERCHANT_ID: {MERCHANT_ID_LENGTH} characters")
    return problems


def _mail_problems(settings: "Settings") -> list[str]:
    if not settings.smtp_url:
        return []
    try:
        url = urlsplit(settings.smtp_url)
        assert url.port is None or url.port >= 0, "asking for the port checks it"
    except ValueError:
        return ["DALAN_SMTP_URL: smtps://user:password@host or smtp://…"]
    problems = []
    if url.scheme not in ("smtp", "smtps") or not url.hostname or url.path not in ("", "/"):
        problems.append("DALAN_SMTP_URL: smtps://user:password@host or smtp://…")
    if "@" not in settings.mail_from or not settings.mail_from.isprintable():
        problems.append("DALAN_MAIL_FROM: the address mail comes from, with DALAN_SMTP_URL")
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
