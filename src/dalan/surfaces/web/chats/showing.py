"""Conversations and messages as pages draw them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from dalan.domains import chat, developers, media, posts
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.i18n import Lang
from dalan.surfaces.html.numbers import TEHRAN
from dalan.surfaces.web.chats.finding import BOT, LOGO_SIZE, Found

PICTURE_SIZE: media.Size = 600

Translate = Callable[..., str]


class ShownButton(msgspec.Struct, frozen=True):
    """A button below a message. ``link_url``: where it leads by itself; "" when it is posted to
    ``press_url``."""

    caption: str
    icon: str
    link_url: str
    press_url: str


class ShownMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message, as the person who looks sees it."""

    number: int
    mine: bool
    kind: str
    text: str
    at: datetime
    new_day: bool
    app_title: str
    app_url: str
    is_removed: bool
    is_removable: bool
    file_url: str
    picture_url: str
    file_title: str
    file_bytes: int
    width_px: int
    height_px: int
    latitude: float
    longitude: float
    contact_name: str
    contact_phone: str
    rows: list[list[ShownButton]]


class ShownChat(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of chats."""

    path: str
    title: str
    picture_url: str
    icon: str
    about: str
    preview: str
    at: datetime | None
    unread_count: int
    is_mine: bool
    is_seen: bool


async def shown_messages(
    tx: ReadTransaction,
    found: Found,
    said: Sequence[chat.Message],
    *,
    previous: chat.Message | None,
) -> list[ShownMessage]:
    """Messages in their order; ``previous`` is the one before them, for where days begin."""
    files = await media.files_by_id(tx, [one.file_id for one in said if one.file_id is not None])
    apps = {
        app_id: await developers.app(tx, app_id)
        for app_id in {one.app_id for one in said if one.app_id is not None}
    }
    day = None if previous is None else _day(previous.sent_at)
    shown = []
    for one in said:
        app = apps.get(one.app_id) if one.app_id is not None else None
        shown.append(_shown(found, one, files, app, new_day=_day(one.sent_at) != day))
        day = _day(one.sent_at)
    return shown


async def shown_chats(
    tx: ReadTransaction, listed: Sequence[chat.Listed], person_id: int, _: Translate
) -> list[ShownChat]:
    """The list of chats."""
    about = await posts.by_ids(
        tx, [one.conversation.post_id for one in listed if one.conversation.post_id is not None]
    )
    shown = []
    for one in listed:
        held = one.conversation
        if held.app_id is not None:
            app = await developers.app(tx, held.app_id)
            shown.append(_line(one, person_id, _, f"{BOT}{app.slug}", app.display, "", "bot", ""))
            continue
        post = about.get(held.post_id or 0)
        pictures = post.image_names if post is not None else []
        picture = media.path_of(pictures[0], LOGO_SIZE) if pictures else ""
        side = _("Buyer") if held.seller_id == person_id else _("Seller")
        title = post.title if post is not None else _("A post that is gone")
        shown.append(_line(one, person_id, _, held.uuid, title, picture, "image", side))
    return shown


def preview(one: chat.Message, _: Translate) -> str:
    """What a message says, in a few words."""
    if one.removed_at is not None:
        return _("Message removed")
    if one.kind == "text":
        return " ".join(one.text.split())[:120]
    return kind_words(_)[one.kind]


def kind_words(_: Translate) -> Mapping[str, str]:
    """What messages that are no texts are called."""
    return {
        "image": _("Picture"),
        "video": _("Video"),
        "voice": _("Voice"),
        "file": _("File"),
        "location": _("Location"),
        "contact": _("Contact card"),
    }


def title_of(found: Found, _: Translate) -> str:
    """What a conversation is called."""
    if found.app is not None:
        return found.app.display
    return found.post.title if found.post is not None else _("A post that is gone")


def quick_phrases(found: Found, lang: Lang) -> Sequence[str]:
    """What people mostly write first, by the side they are on."""
    if found.app is not None:
        return ("/start",)
    if found.side == "seller":
        return _SELLERS[lang]
    return _BUYERS[lang]


_BUYERS: Mapping[Lang, tuple[str, ...]] = {
    "fa": ("سلام، هنوز موجوده؟", "آخرین قیمت؟", "کجا می‌توانم ببینمش؟", "شماره‌تان را می‌دهید؟"),
    "en": ("Is it still there?", "What is the last price?", "Where can I see it?"),
}

_SELLERS: Mapping[Lang, tuple[str, ...]] = {
    "fa": ("سلام، بله موجوده.", "فروخته شد.", "قیمت مقطوع است.", "فردا عصر می‌توانید ببینید."),
    "en": ("Yes, it is.", "It is sold.", "The price is fixed."),
}


def _line(
    one: chat.Listed,
    person_id: int,
    _: Translate,
    name: str,
    title: str,
    picture_url: str,
    icon: str,
    about: str,
) -> ShownChat:
    last = one.last
    mine = last is not None and last.sender_id == person_id
    hidden = last is not None and last.number <= one.mine.cleared_number
    return ShownChat(
        path=f"/chat/{name}",
        title=title,
        picture_url=picture_url,
        icon=icon,
        about=about,
        preview="" if last is None or hidden else preview(last, _),
        at=one.mine.last_at,
        unread_count=one.mine.unread_count,
        is_mine=mine,
        is_seen=mine
        and last is not None
        and one.theirs is not None
        and one.theirs.seen_number >= last.number,
    )


def _shown(
    found: Found,
    one: chat.Message,
    files: Mapping[int, media.MediaFile],
    app: developers.App | None,
    *,
    new_day: bool,
) -> ShownMessage:
    facts: Mapping[str, Any] = one.facts or {}
    mine = one.sender_id == found.person.id
    file = files.get(one.file_id) if one.file_id is not None else None
    number = facts.get("phone", "")
    return ShownMessage(
        number=one.number,
        mine=mine,
        kind=one.kind,
        text=one.text,
        at=one.sent_at,
        new_day=new_day,
        # In a chat with its bot, who else would it be.
        app_title=app.display if app is not None and found.app is None else "",
        app_url=f"/apps/{app.slug}" if app is not None else "",
        is_removed=one.removed_at is not None,
        is_removable=mine and one.app_id is None and one.removed_at is None,
        file_url=_file_url(file),
        picture_url=_picture_url(file),
        file_title=file.title if file is not None else "",
        file_bytes=file.size_bytes if file is not None else 0,
        width_px=(file.width_px or 0) if file is not None else 0,
        height_px=(file.height_px or 0) if file is not None else 0,
        latitude=facts.get("latitude", 0.0),
        longitude=facts.get("longitude", 0.0),
        contact_name=facts.get("name", ""),
        contact_phone=phone.national(number) if number else "",
        rows=_rows(found, one),
    )


def _rows(found: Found, one: chat.Message) -> list[list[ShownButton]]:
    return [
        [
            ShownButton(
                caption=button.caption,
                icon=button.icon,
                link_url=(button.action.open_direct_link or "") if button.action else "",
                press_url=f"{found.path}/press/{one.number}/{row}/{column}",
            )
            for column, button in enumerate(buttons)
        ]
        for row, buttons in enumerate(chat.grid_for(one, found.side))
    ]


def _file_url(file: media.MediaFile | None) -> str:
    if file is None:
        return ""
    if file.kind == "image":
        return media.path_of(file.name, 1200)
    return media.path_of_file(file.name)


def _picture_url(file: media.MediaFile | None) -> str:
    if file is None or file.kind not in ("image", "video"):
        return ""
    return media.path_of(media.poster_of(file.name), PICTURE_SIZE)


def _day(at: datetime) -> date:
    return at.astimezone(TEHRAN).date()
