"""Which looks at posts count for their owners' statistics, and whose."""

import re
from collections.abc import Iterable
from typing import Final

from dalan.domains import posts
from dalan.surfaces.asgi import ASKED_FOR_HEAD
from dalan.surfaces.callers import network_of
from dalan.surfaces.html.session import Visitor

_NOT_PEOPLE: Final = re.compile(
    r"bot\b|bot[/;_ -]|crawl|spider|slurp|preview|scan|monitor|fetch|archiv|headless|lighthouse"
    r"|facebookexternalhit|whatsapp|telegram|curl|wget|python|java/|okhttp|go-http|libwww|axios"
    r"|http-?client|node|perl|ruby",
    re.IGNORECASE,
)
"""Programs say who they are, and those that do not cannot be told from people."""

_AGENT_LENGTH_READ_MAX: Final = 400


def count_view(visitor: Visitor, post: posts.Post, *, owns: bool) -> None:
    """Somebody opened the post's page; those whose post it is (``owns``) do not count.

    Called once the page is made: a form on it has given the browser the cookie it is known by.
    """
    counters = visitor.services.post_statistics
    if counters is not None and not owns and _counts(visitor, post):
        counters.count("view", (post.id,), visitor=_who(visitor))


def count_impressions(visitor: Visitor, shown: Iterable[posts.Post]) -> None:
    """These posts were shown in a list. Of a business's posts, what its members see of their
    colleagues' counts too: a list asks nothing of the database for each of its posts."""
    counters = visitor.services.post_statistics
    if counters is not None:
        ids = [post.id for post in shown if _counts(visitor, post)]
        counters.count("impression", ids, visitor=_who(visitor))


def _counts(visitor: Visitor, post: posts.Post) -> bool:
    if post.state != "published" or post.development:
        return False
    if visitor.person is not None and visitor.person.id == post.owner_id:
        return False
    return _is_person(visitor)


def _is_person(visitor: Visitor) -> bool:
    if visitor.request.scope.get(ASKED_FOR_HEAD):
        return False
    headers = visitor.request.headers
    if "prefetch" in f"{headers.get('sec-purpose', '')} {headers.get('purpose', '')}":
        return False
    agent = headers.get("user-agent", "")[:_AGENT_LENGTH_READ_MAX]
    return bool(agent) and _NOT_PEOPLE.search(agent) is None


def _who(visitor: Visitor) -> str:
    """What tells visitors apart: their account, this browser's cookie, or its network and name."""
    if visitor.person is not None:
        return f"person {visitor.person.id}"
    if visitor.binding:
        return f"browser {visitor.binding}"
    agent = visitor.request.headers.get("user-agent", "")[:_AGENT_LENGTH_READ_MAX]
    return f"network {network_of(visitor.request.scope)} {agent}"
