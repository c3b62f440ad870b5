"""Links in this API's words, both ways."""

from collections.abc import Sequence
from urllib.parse import quote

from msgspec import UNSET, UnsetType, structs

from dalan.domains import clicks, links
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.api import link_wire as wire
from dalan.surfaces.api.reading import InvalidQuery, moment_or_not

_CLEARED_TO_NOTHING = ("expires_at", "valid_from", "visits_max")


async def shown(
    tx: ReadTransaction, found: Sequence[links.Link], *, base_url: str
) -> list[wire.Link]:
    """These links as the API shows them, with what is counted of them."""
    totals = await clicks.totals(tx, [link.id for link in found]) if found else {}
    return [_shown(link, totals[link.id], base_url) for link in found]


async def one_shown(tx: ReadTransaction, link: links.Link, *, base_url: str) -> wire.Link:
    """One of them."""
    return (await shown(tx, [link], base_url=base_url))[0]


def _shown(link: links.Link, total: clicks.Total, base_url: str) -> wire.Link:
    said = {
        name: getattr(link, name)
        for name in wire.Link.__struct_fields__
        if name in links.Link.__struct_fields__
    }
    return wire.Link(
        **said
        | {
            "short_url": links.short_address(link, base_url=base_url),
            "tags": tags_of(link),
            "live": link.is_live(clock.now()),
            "terms": links.terms_of(link.terms),
            "clicks": total.visits,
            "bot_clicks": total.bots,
        }
    )


def short_url(hash_: str, domain: str, *, base_url: str) -> str:
    """A whole short address, percent-encoded."""
    escaped = quote(hash_, safe="")
    if not domain:
        return f"{base_url}/l/{escaped}"
    return f"{base_url.partition('://')[0]}://{domain}/{escaped}"


def tags_of(link: links.Link) -> list[str]:
    """The tags of a link, in their order."""
    return link.tags.split(",") if link.tags else []


def wish_of(body: wire.NewLink) -> links.Wish:
    """A link as the room is asked for it. Raises InvalidQuery."""
    given = {
        name: value
        for name, value in structs.asdict(body).items()
        if value is not None or name == "expires_at"
    }
    given.setdefault("kind", "link")
    given["tags"] = joined(body.tags or [])
    for name in ("expires_at", "valid_from"):
        given[name] = moment_or_not(given.get(name), field=name)
    return links.Wish(**given)


def changes_of(body: wire.Edit) -> links.Changes:
    """An edit as the room takes it: null is nothing of its kind. Raises InvalidQuery."""
    given = {
        name: value
        for name in links.Changes.__struct_fields__
        if not isinstance(value := getattr(body, name), UnsetType)
    }
    if isinstance(given.get("tags"), list):
        given["tags"] = joined(given["tags"])
    for name, value in given.items():
        if value is None and name not in _CLEARED_TO_NOTHING:
            given[name] = links.NO_TERMS if name == "terms" else ""
    for name in ("expires_at", "valid_from"):
        given[name] = moment_or_not(given.get(name, UNSET), field=name)
    return links.Changes(**given)


def joined(tags: Sequence[str]) -> str:
    """Tags as one text. Raises InvalidQuery for one that would become two."""
    if any("," in tag or "،" in tag for tag in tags):
        raise InvalidQuery("a tag has no comma in it", field="tags")
    return ",".join(tags)
