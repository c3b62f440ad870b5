"""The names that apps and SDKs have compiled in: every host a dev world answers for.

This is the one list. ``hosts`` lets people open pages under these names, ``basalam.hosts`` knows
those that are asked for Basalam's contract whatever the path looks like, and ``dalan proxy`` leads
them here and signs certificates for them and for nothing else.

Sources: kenar.md 0.2 and 0.3; basalam.md 2.1 (sign-on, tokens, the twins under ``basalam.dev``)
and 5 (a host for each service, before the gateway); pod-links.md
1.1. POD's short domain is not among them: links are served under ``/l/`` so far.
"""

from typing import Final

_BASALAM_DOMAINS: Final = ("basalam.com", "basalam.dev")

_BASALAM_SERVICES: Final = (
    "openapi",
    "core",
    "wallet",
    "conversation",
    "order",
    "order-processing",
    "search",
    "uploadio",
    "webhook",
    "logistic",
    "story",
    "apps-api",
    "categorydetection",
    "accounting",
    "identity",
)

KENAR: Final = frozenset(
    {
        "divar.ir",
        "api.divar.ir",
        "chat.divar.ir",
        "oauth.divar.ir",
        "open-api.divar.ir",
        "open-platform-redirect.divar.ir",
    }
)

BASALAM_SERVICES: Final = frozenset(
    f"{service}.{domain}" for service in _BASALAM_SERVICES for domain in _BASALAM_DOMAINS
)

BASALAM_SIGN_ON: Final = frozenset(
    name for domain in _BASALAM_DOMAINS for name in (domain, f"auth.{domain}")
)
"""Where people agree and tokens are fetched: told from others by their paths."""

POD: Final = frozenset({"api.pod.ir", "core.pod.ir", "sandbox.pod.ir"})

PUBLISHED_HOSTS: Final = KENAR | BASALAM_SERVICES | BASALAM_SIGN_ON | POD
