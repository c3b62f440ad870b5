"""Writing: a text, a file, a place or a contact, from a form that works without scripts.

A form carries a name for what it sends, so that sending it again (a page reloaded, a button
pressed twice) writes nothing more. A script is answered with JSON (``living``), a browser without
one is led back to the conversation.
"""

import io
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import chat, media
from dalan.kernel import phone
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import fold_digits
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web import streams
from dalan.surfaces.web.chats import living, reading
from dalan.surfaces.web.chats.finding import BOT, Found, find, found

Finder = Callable[[ReadTransaction], Awaitable[Found]]
Beginner = Callable[[WriteTransaction, Found], Awaitable[chat.Conversation]]

_FORM_BYTES: Final = 64 * 1024

_KINDS: Final[tuple[tuple[tuple[str, ...], media.Kind], ...]] = (
    ((".mp4",), "video"),
    ((".m4a", ".3gp"), "voice"),
    ((".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx"), "file"),
)
"""By the end of a file's name; everything else is taken for a picture, and looked over."""


class _Wrong(Exception):
    """What is wrong with a form, for its writer."""


@post("/chat/{name:str}/messages", status_code=200)
async def write(visitor: NamedDependency[Visitor], name: FromPath[str]) -> Response[Any]:
    """Send what the form says into a conversation, or to an app's bot for the first time."""
    visitor.require_person(back=f"/chat/{name}")
    form = await form_of(visitor)

    async def look(tx: ReadTransaction) -> Found:
        return await found(tx, name, visitor)

    async def begin(tx: WriteTransaction, held: Found) -> chat.Conversation:
        assert held.app is not None, "only bots are written to by their name"
        return await chat.open_with_bot(tx, held.app, person_id=held.person.id)

    try:
        return await send_form(visitor, form, look, begin)
    except (chat.UnknownConversation, chat.NoBot):
        return reading.missing_page(visitor)


@post("/chat/{name:str}/remove/{number:int}", status_code=200)
async def remove(
    visitor: NamedDependency[Visitor], name: FromPath[str], number: FromPath[int]
) -> Response[Any]:
    """Take a message of one's own back."""
    person = visitor.require_person(back=f"/chat/{name}")
    await visitor.form()

    async def work(tx: WriteTransaction) -> str:
        held = await find(tx, name, person)
        if held.conversation is not None:
            one = await chat.message_numbered(tx, held.conversation, number)
            if one is not None and one.sender_id == person.id and one.app_id is None:
                await chat.remove(tx, one)
        return held.path

    try:
        path = await visitor.services.db.transact(work)
    except (chat.UnknownConversation, chat.NoBot):
        return reading.missing_page(visitor)
    return visitor.see_other(f"{path}#m{number}")


async def form_of(visitor: Visitor) -> html.Form:
    """The submitted form, with a file as large as the site takes any."""
    # Litestar's own bound on a body comes first, and is that of all pages.
    return await visitor.form(
        size_bytes_max=2 * visitor.services.settings.image_bytes_max - _FORM_BYTES
    )


async def send_form(
    visitor: Visitor, form: html.Form, look: Finder, begin: Beginner
) -> Response[Any]:
    """Send what a form says; where there is no conversation yet, ``begin`` opens it.

    What ``look`` and ``begin`` raise is the caller's; everything else is said on the page.
    """
    async with visitor.services.db.look() as tx:
        held = await look(tx)
    try:
        content = await _content(visitor, form)
    except _Wrong as wrong:
        return await _refused(visitor, held, form, str(wrong), 422)
    settings = visitor.services.settings

    async def work(tx: WriteTransaction) -> Found:
        current = await look(tx)
        opened = current.conversation or await begin(tx, current)
        await chat.send(
            tx,
            opened,
            content,
            writer=chat.Writer(person_id=current.person.id),
            client_id=form.text("client_id")[:64],
            per_minute=settings.chat_messages_per_minute,
        )
        return await find(tx, _name_of(current, opened), current.person)

    _ = visitor.gettext
    try:
        held = await visitor.services.db.transact(work)
    except chat.DeliveryRestricted:
        text = _("This message was not delivered: one of you does not take messages here.")
        return await _refused(visitor, held, form, text, 409)
    except chat.ChatLimit:
        text = _("You have written a lot just now. Please wait a little.")
        return await _refused(visitor, held, form, text, 429)
    except (chat.InvalidMessage, media.UnknownFile):
        return await _refused(visitor, held, form, _("This message cannot be sent."), 422)
    if living.wants_json(visitor):
        return await living.answer(visitor, held, form.text("after"))
    return visitor.see_other(f"{held.path}#end")


def _name_of(held: Found, opened: chat.Conversation) -> str:
    return f"{BOT}{held.app.slug}" if held.app is not None else opened.uuid


async def _content(visitor: Visitor, form: html.Form) -> chat.Content:
    """Raises _Wrong."""
    _ = visitor.gettext
    file = form.file("file") or form.file("camera")
    if file is not None and file.content:
        return await _stored(visitor, file)
    try:
        if form.text("latitude") or form.text("longitude"):
            return chat.location_content(
                _degrees(form.text("latitude")), _degrees(form.text("longitude"))
            )
        if form.text("contact_phone"):
            return chat.contact_content(form.text("contact_phone"), form.text("contact_name"))
        phrase = form.raw("phrase")
        return chat.text_content(phrase or form.raw("message"))
    except phone.InvalidPhone:
        raise _Wrong(_("This is no mobile number.")) from None
    except chat.InvalidMessage as error:
        if form.text("message"):
            raise _Wrong(_("A message has at most %(num)s characters.", num=4_000)) from None
        wrong = {
            "location": _("This is no place on earth."),
            "contact.name": _("This name is too long."),
        }
        raise _Wrong(wrong.get(error.where, _("Write something first."))) from None


def _degrees(text: str) -> float:
    try:
        return float(fold_digits(text).replace("٫", "."))
    except ValueError:
        return float("nan")


async def _stored(visitor: Visitor, file: html.UploadedFile) -> chat.Content:
    _ = visitor.gettext
    assert visitor.person is not None, "only people who are signed in write"
    services, name = visitor.services, file.filename.lower()
    kind: media.Kind = next((kind for ends, kind in _KINDS if name.endswith(ends)), "image")
    try:
        stored = await media.store_file(
            services.db,
            services.media,
            io.BytesIO(file.content),
            kind=kind,
            purpose="chat",
            rules=services.file_rules,
            title=file.filename,
            person_id=visitor.person.id,
        )
    except (media.FileTooLarge, media.ImageTooLarge):
        raise _Wrong(_("The file is too large.")) from None
    except (media.UnreadableFile, media.UnreadableImage):
        raise _Wrong(
            _("We cannot read this file: send a picture, MP4, M4A, PDF or an Office document.")
        ) from None
    except (media.ImagesQueueFull, media.StoreUnavailable):
        raise _Wrong(_("The file could not be stored just now; please try again.")) from None
    return chat.file_content(stored.kind, stored.id)


async def _refused(
    visitor: Visitor, held: Found, form: html.Form, problem: str, status: int
) -> Response[Any]:
    if living.wants_json(visitor):
        return streams.json_answer({"problem": problem}, status=status)
    return await reading.page(visitor, held, form=form, problem=problem, status=status)
