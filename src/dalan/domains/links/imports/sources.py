"""How each shortener calls what we know by other names.

Sources: the columns of our own export; Bitly's export of links and its API v4 (``GET
/groups/{guid}/bitlinks``); the CSV of YOURLS's import and export plugin, its table ``yourls_url``
and its API's ``stats``; Kutt's API v2 (``GET /links``); the CSV of Shlink's web client, the one its
``short-url:import`` takes, and its REST API (``GET /short-urls``).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from dalan.domains.links.imports.rows import ImportRow, Values, place_of

ImportSource = Literal["dalan", "bitly", "yourls", "kutt", "shlink"]

_TARGETS: Final = ("target", "url", "longurl", "destinationurl", "destination", "originalurl")
_HASHES: Final = ("hash", "shortcode", "keyword", "slug", "alias", "backhalf", "code")


def folded(name: str) -> str:
    """A column's or a member's name as it is compared: ``Long URL``, ``long_url``: ``longurl``."""
    return "".join(one for one in name.lower() if one.isalnum())


def source_of(names: frozenset[str]) -> ImportSource | None:
    """Whose file has these names, folded; None: nobody's."""
    if "target" in names and names & {"hash", "kind", "active", "visitlimit"}:
        return "dalan"
    if {"source", "target", "hits"} <= names:
        return "yourls"
    if {"address", "target"} <= names:
        return "kutt"
    if {"longurl", "shortcode"} <= names:
        return "shlink"
    if names & {"longurl", "destinationurl"} and names & _BITLY_LINKS:
        return "bitly"
    if "url" in names and names & {"keyword", "shorturl"}:
        return "yourls"
    return "dalan" if names & frozenset(_TARGETS) else None


def fits(source: ImportSource, names: frozenset[str]) -> bool:
    """A file with these names can be that shortener's."""
    needed: dict[ImportSource, tuple[str, ...]] = {
        "dalan": _TARGETS,
        "bitly": ("longurl", "destinationurl"),
        "yourls": ("url", "target"),
        "kutt": ("target",),
        "shlink": ("longurl",),
    }
    return any(name in names for name in needed[source])


def rows_of(source: ImportSource, number: int, given: Mapping[str, Any]) -> Iterator[ImportRow]:
    """The links of one entry: one, or as many as it has addresses."""
    yield from _READERS[source](number, Values(given))


def _dalan(number: int, values: Values) -> Iterator[ImportRow]:
    kind = values.text("kind").lower()
    host, hash_ = place_of(values.cell("shorturl", "hashurl"))
    yield ImportRow(
        number=number,
        target=values.cell(*_TARGETS),
        kind="content" if kind == "content" else "file" if kind == "file" else "link",
        hash=values.cell(*_HASHES) or hash_.rpartition("/")[2],
        host=host,
        title=values.cell("title"),
        note=values.cell("note"),
        after_address=values.cell("afteraddress"),
        tags=values.listed("tags"),
        active=values.flag("active", default=True),
        created_at=values.moment("created_at", "createdat", "created"),
        valid_from=values.moment("valid_from", "validfrom"),
        expires_at=values.moment("expires_at", "expiresat"),
        visit_limit=values.count("visit_limit", "visitlimit"),
        forward_query=values.flag("forwardquery"),
        clicks=values.count("clicks", "clicks", "visits") or 0,
        lost=(*values.lost, *(("password",) if values.flag("haspassword") else ())),
        problem="" if kind in ("", "link", "content", "file") else "the kind is none we know",
    )


_BITLY_LINKS: Final = frozenset(
    ("link", "bitlink", "shortlink", "shorturl", "customlink", "custombitlinks", "bitlinkid")
)


def _bitly(number: int, values: Values) -> Iterator[ImportRow]:
    """An own back half beside the drawn one leads to the same: both are printed somewhere."""
    addresses = [values.text("link", "bitlink", "shortlink", "shorturl", "id")]
    custom = values.raw("custombitlinks", "customlink", "custombitlink", "customlinks")
    if isinstance(custom, list):
        addresses += [one for one in custom if isinstance(one, str)]
    elif isinstance(custom, str):
        addresses += custom.replace("|", ",").split(",")
    places = list(dict.fromkeys(place_of(one) for one in addresses if one.strip())) or [("", "")]
    for host, hash_ in places:
        yield ImportRow(
            number=number,
            target=values.text("longurl", "destinationurl"),
            hash=hash_,
            host=host,
            title=values.text("title"),
            tags=values.listed("tags"),
            active=not values.flag("archived"),
            created_at=values.moment("created_at", "createdat", "created", "datecreated"),
            clicks=values.count(
                "clicks", "clicks", "totalclicks", "engagements", "totalengagements"
            )
            or 0,
            lost=tuple(dict.fromkeys(values.lost)),
        )


def _yourls(number: int, values: Values) -> Iterator[ImportRow]:
    host, hash_ = place_of(values.text("shorturl"))
    keyword = values.text("keyword") or values.text("source").strip("/")
    yield ImportRow(
        number=number,
        target=values.text("url", "target"),
        hash=keyword or hash_.rpartition("/")[2],
        host=host,
        title=values.text("title"),
        created_at=values.moment("created_at", "timestamp"),
        clicks=values.count("clicks", "clicks", "hits") or 0,
        lost=tuple(values.lost),
    )


def _kutt(number: int, values: Values) -> Iterator[ImportRow]:
    host, hash_ = place_of(values.text("link"))
    protected = values.text("password").lower() not in ("", "false", "0", "none", "null")
    yield ImportRow(
        number=number,
        target=values.text("target"),
        hash=values.text("address") or hash_,
        host=values.text("domain") or host,
        title=values.text("description"),
        active=not protected,
        created_at=values.moment("created_at", "createdat"),
        expires_at=values.moment("expires_at", "expirein"),
        clicks=values.count("clicks", "visitcount") or 0,
        lost=(*values.lost, *(("password",) if protected else ())),
        problem="it was banned there" if values.flag("banned") else "",
    )


def _shlink(number: int, values: Values) -> Iterator[ImportRow]:
    meta = values.raw("meta")
    terms = Values({folded(name): one for name, one in meta.items()} if _is_object(meta) else {})
    summary = values.raw("visitssummary")
    visits = Values(
        {"visits": summary.get("total")}
        if _is_object(summary)
        else {"visits": values.raw("visits", "visitscount", "visitcount")}
    )
    host, _ = place_of(values.text("shorturl"))
    row = ImportRow(
        number=number,
        target=values.text("longurl"),
        hash=values.text("shortcode"),
        host=values.text("domain") or host,
        title=values.text("title"),
        tags=values.listed("tags", separator="|"),
        created_at=values.moment("created_at", "datecreated", "createdat"),
        valid_from=terms.moment("valid_from", "validsince"),
        expires_at=terms.moment("expires_at", "validuntil"),
        visit_limit=terms.count("visit_limit", "maxvisits"),
        forward_query=values.flag("forwardquery"),
        clicks=visits.count("clicks", "visits") or 0,
        lost=(*values.lost, *terms.lost, *visits.lost),
    )
    yield row


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


_READERS: Final[dict[ImportSource, Callable[[int, Values], Iterator[ImportRow]]]] = {
    "dalan": _dalan,
    "bitly": _bitly,
    "yourls": _yourls,
    "kutt": _kutt,
    "shlink": _shlink,
}
