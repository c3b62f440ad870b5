"""Basalam's hosts before the gateway, and the gateway's own: whoever is asked by these names is
asked for this contract, whatever the path looks like.

SDKs before 1.1 have them compiled in; a developer leads them here (``dalan proxy``, the hosts
file). Sign-in and token hosts are left out: their paths are told from others as they stand.

Source: basalam.md 5; the twins under ``basalam.dev`` from 2.1.
"""

from typing import Final

from dalan.surfaces.asgi import Scope
from dalan.surfaces.published_hosts import BASALAM_SERVICES

SERVICE_HOSTS: Final = frozenset(name.encode() for name in BASALAM_SERVICES)


def is_service_host(scope: Scope) -> bool:
    """The request was sent to one of Basalam's API hosts by name."""
    for name, value in scope["headers"]:
        if name == b"host":
            return value.partition(b":")[0].lower() in SERVICE_HOSTS
    return False
