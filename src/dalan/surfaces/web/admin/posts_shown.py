"""What a reviewer sees: flags in words, what an edit changes, and who wrote it."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec

from dalan.domains import identity, media, moderation, posts, taxonomy
from dalan.domains.moderation import Flag, Waiting
from dalan.kernel.db import ReadTransaction
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.changes import name_of
from dalan.surfaces.web.site import showing


class Piece(NamedTuple):
    """Some words of a text; ``how`` is ``same``, ``gone`` or ``new``."""

    how: str
    text: str


class Difference(NamedTuple):
    """One thing an edit changes, in pieces where it is words."""

    label: str
    before: list[Piece]
    after: list[Piece]


def flag_words(visitor: Visitor, flag: Flag) -> tuple[str, str, str]:
    """A flag in words, what it found, and the colour of its badge."""
    _ = visitor.gettext
    said = {
        "forbidden_word": _("Forbidden word"),
        "contact_in_title": _("Contact in the title"),
        "many_posts": _("Many posts in a day"),
        "duplicate": _("Same words as another’s post"),
        "odd_price": _("Price far from its category"),
    }[flag.rule]
    detail = flag.detail
    if flag.rule == "odd_price":
        detail = _("middle: %(price)s", price=html.numbers.money(int(detail), visitor.lang))
    return said, detail, "danger" if flag.holds else "warning"


def as_it_would_be(one: Waiting) -> posts.Post:
    """The post as people would see it, its edit made."""
    return msgspec.structs.replace(one.post, **_parts(one.content))


def differences(visitor: Visitor, one: Waiting) -> list[Difference]:
    """What an edit changes, part by part; nothing for a new post."""
    if one.kind == "post":
        return []
    before, after = posts.content_of(one.post), one.content
    texts_before, texts_after = (_texts(visitor, one.post, said) for said in (before, after))
    found = []
    for label in [*texts_before, *(name for name in texts_after if name not in texts_before)]:
        old, new = texts_before.get(label, ""), texts_after.get(label, "")
        if old != new:
            found.append(Difference(label, *_pieces(old, new)))
    return found


def pictures(one: Waiting) -> list[dict[str, Any]]:
    """The pictures it would show; of an edit also those it takes away. ``how`` as in Piece."""
    now = one.post.image_names if one.kind == "edit" else []
    wanted = one.content.image_names
    gone = [name for name in now if name not in wanted]
    return [
        {
            "url": media.path_of(name, showing.FULL_SIZE),
            "thumbnail_url": media.path_of(name, showing.CARD_SIZE),
            "how": "gone" if name in gone else "same" if name in now or not now else "new",
        }
        for name in [*wanted, *gone]
    ]


async def record_of(tx: ReadTransaction, visitor: Visitor, person_id: int) -> dict[str, Any]:
    """What is known of whoever wrote a post: how their posts fared, reports, a ban."""
    person = await identity.person(tx, person_id)
    counts = await posts.counts_of(tx, person_id)
    reports = await moderation.reports_against(tx, person_id)
    return {
        "id": person.id,
        "name": name_of(person),
        "since": person.created_at,
        "blocked_at": person.blocked_at,
        "published_count": await posts.published_once_count(tx, person_id),
        "standing": [
            (html.i18n.gettext(visitor.lang, showing.STATE_NAMES[state][0]), count)
            for state, count in counts.items()
        ],
        "refused_count": counts.get("rejected", 0),
        "reports_open": reports.get("open", 0),
        "reports_upheld": reports.get("upheld", 0),
        "reports_dismissed": reports.get("dismissed", 0),
        "ban": await posts.ban_of(tx, person_id),
    }


def reason_options(lang: str) -> list[tuple[str, str]]:
    """Ready-made reasons to choose from, in the reviewer's language."""
    return [(key, text["fa" if lang == "fa" else "en"]) for key, text in moderation.REASONS.items()]


def _parts(content: posts.Content) -> dict[str, Any]:
    return {name: getattr(content, name) for name in content.__struct_fields__}


def _texts(visitor: Visitor, post: posts.Post, said: posts.Content) -> Mapping[str, str]:
    """Every part of what a post says, as text, by its label."""
    _ = visitor.gettext
    yes, no = _("Yes"), _("No")
    shown = msgspec.structs.replace(post, **_parts(said))
    price = "; ".join(
        f"{one.label}: {one.text}" for one in showing.price_lines(shown, visitor.lang)
    )
    details = said.details
    return {
        _("Title"): said.title,
        _("Description"): said.description,
        _("Price"): price,
        _("District"): taxonomy.district(said.district).display if said.district else "",
        **{one.title: one.text for one in showing.specs(shown, visitor.lang)},
        _("Chat"): yes if said.chat_enabled else no,
        _("Phone number hidden"): yes if said.hide_phone else no,
        _("Location"): ""
        if details.latitude is None
        else f"{details.latitude}, {details.longitude}",
        _("Video"): details.video.name if details.video else "",
    }


def _pieces(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    before, after = old.split(" "), new.split(" ")
    left: list[Piece] = []
    right: list[Piece] = []
    for how, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        same = how == "equal"
        if b > a:
            left.append(Piece("same" if same else "gone", " ".join(before[a:b])))
        if d > c:
            right.append(Piece("same" if same else "new", " ".join(after[c:d])))
    return left, right
