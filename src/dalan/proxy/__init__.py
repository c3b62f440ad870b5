"""Leads what is sent to the published hosts to a dev world on this machine, for apps and SDKs
whose hosts are compiled in.

A forward proxy on loopback: for the hosts on its list it ends TLS with a certificate of an
authority that can speak for nothing else, and carries the bytes to the platform as they are; every
other host is refused, or tunnelled untouched. Nothing of a request is read but the head that names
the host. Decision 0035 says why it is ours and what it may do.

It stands beside the composition root and knows neither surfaces nor rooms: which hosts they are,
and whose folder, it is told by the command.
"""

from dalan.proxy.asking import Refusal
from dalan.proxy.authority import Authority
from dalan.proxy.dev_world import LEFT_BY_DEV, DevWorld
from dalan.proxy.environment import bundle, exports, variables
from dalan.proxy.server import Bounds, Proxy

__all__ = [
    "LEFT_BY_DEV",
    "Authority",
    "Bounds",
    "DevWorld",
    "Proxy",
    "Refusal",
    "bundle",
    "exports",
    "variables",
]
