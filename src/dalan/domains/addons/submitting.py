"""Reading what an app submits, and noting it down to be attached in its turn.

Answering and attaching are two things, as the contract has them: a submission is checked as far
as its own words go, recorded, answered, and attached afterwards by a listener. Submissions and
removals of one app on one post are handled in the order they were made, so that an older one
never overwrites a newer one and a removal takes what was submitted before it.

Source: reference/kenar.md 5.2, 6.1, 6.6.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from dalan.domains import developers, media, posts
from dalan.domains.addons import generation_one, semantic
from dalan.domains.addons.errors import (
    InvalidAddon,
    NotTheirPost,
    RealPostRefused,
    WidgetNotAllowed,
)
from dalan.domains.addons.events import AddonRemoved, AddonSubmitted
from dalan.domains.addons.looking_up import take_off
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.widgets import (
    CURRENT_KINDS,
    LOGO,
    WIDGETS_MAX,
    Placed,
    image_places,
    read_widget,
)
from dalan.kernel import clock, outbox
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

NOTES_LENGTH_MAX = 10_000
TOKEN_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")
TOKEN_LENGTH_MAX = 64


class Submission(msgspec.Struct, frozen=True):
    """An add-on as an app submitted it: read, checked and in canonical form.

    ``semantic_secret`` is still in clear; ``submit`` stores its hashes only.
    """

    widgets: list[dict[str, Any]]
    generation: int
    notes: str
    semantic: dict[str, Any]
    semantic_secret: dict[str, str]


def read_submission(body: Any, *, generation: int = 3) -> Submission:
    """The body of a create call. Raises ``InvalidAddon`` naming the first field at fault.

    ``generation``: 1 for the older paths, whose semantic data is plain unless the body names a
    key in ``semantic_sensitives``. Widgets of either form are taken on every path: published
    SDKs of the time between sent both.
    """
    fields = Fields(body, "body")
    widgets, is_old = _widgets(fields.get("widgets"))
    given = fields.get("semantic")
    read = semantic.read_semantic(None if given is None else Fields(given, "semantic"))
    plain, secret = semantic.split(read, sensitive=_sensitive(fields) if generation == 1 else None)
    return Submission(
        widgets=[placed.as_json() for placed in widgets],
        generation=1 if is_old else 3,
        notes=_notes(fields),
        semantic=semantic.copied(widgets) | plain,
        semantic_secret=secret,
    )


async def submit(
    tx: WriteTransaction,
    *,
    app: developers.App,
    post_token: str,
    submission: Submission,
    keys: Keyring,
    person_id: int | None,
) -> None:
    """Note an add-on down for a post, in the caller's transaction; it is attached after it.

    ``person_id``: whose consent came with the call, None without one. A token that names no
    post is no error: nothing will be attached.

    Raises ``WidgetNotAllowed``, ``InvalidAddon`` for a picture there is none of,
    ``RealPostRefused`` for a development app on a real post, ``NotTheirPost``; nothing is
    changed then.
    """
    await check_content(tx, app, submission)
    if not _is_token(post_token):
        return
    post = await posts.by_token(tx, post_token)
    if post is not None:
        if app.is_development and not post.development:
            raise RealPostRefused
        if person_id is not None and not await posts.may_act(tx, post, person_id, least="manager"):
            raise NotTheirPost
    await outbox.record(
        tx,
        AddonSubmitted(
            app_id=app.id,
            post_token=post_token,
            person_id=person_id,
            widgets=submission.widgets,
            generation=submission.generation,
            notes=submission.notes,
            semantic=submission.semantic,
            semantic_hashed=semantic.hashed(submission.semantic_secret, keys),
        ),
    )


async def check_content(tx: ReadTransaction, app: developers.App, submission: Submission) -> None:
    """An app may show this: it was given these widgets, and its pictures are there.

    Raises ``WidgetNotAllowed`` and ``InvalidAddon``.
    """
    for widget in submission.widgets:
        for name in widget:
            if name in CURRENT_KINDS and not app.may_use_widget(name):
                raise WidgetNotAllowed(name)
    for name, where in image_places(submission.widgets).items():
        await _check_image(tx, name, where, app_id=app.id)


def outer_id(*, app_id: int, post_token: str) -> int:
    """The number an app's add-on on a post has outside: the same before and after it is attached,
    for the answer to a submission names it, and no counter that would tell of others."""
    digest = blake2b(f"{app_id}/{post_token}".encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest) >> 11


async def delete(tx: WriteTransaction, *, app_id: int, post_token: str) -> None:
    """Take away what the app attached to a post, and what it submitted but is not attached yet.

    What is attached goes at once, in the caller's transaction. A fact besides, behind whatever
    is still waiting for the same post, takes that away in its turn: cancelling jobs instead
    would race with a worker that has already begun one. Deleting nothing is no error.
    """
    if not _is_token(post_token):
        return
    post = await posts.by_token_though_gone(tx, post_token)
    if post is not None:
        await take_off(tx, app_id, post, at=clock.now())
    await outbox.record(tx, AddonRemoved(app_id=app_id, post_token=post_token))


def _widgets(value: Any) -> tuple[list[Placed], bool]:
    where = "widgets"
    if isinstance(value, Mapping):
        value, where = value.get("widget_list", value.get("widgetList")), "widgets.widget_list"
    value = [] if value is None else value
    if not isinstance(value, list):
        raise InvalidAddon(where, "must be a list")
    if len(value) > WIDGETS_MAX:
        raise InvalidAddon(where, f"at most {WIDGETS_MAX} widgets")
    is_old = False
    read = []
    for index, widget in enumerate(value):
        place = f"{where}[{index}]"
        if generation_one.is_old(widget):
            is_old = True
            read.append(generation_one.read_widget(widget, place))
        else:
            read.append(read_widget(widget, place))
    return read, is_old


def _notes(fields: Fields) -> str:
    value = fields.get("notes")
    if value is None:
        return ""
    if not isinstance(value, str) or "\0" in value:
        raise InvalidAddon("notes", "must be a string")
    if len(value) > NOTES_LENGTH_MAX:
        raise InvalidAddon("notes", f"at most {NOTES_LENGTH_MAX} characters")
    return value


def _sensitive(fields: Fields) -> list[str]:
    value = fields.get("semantic_sensitives")
    value = [] if value is None else value
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise InvalidAddon("semantic_sensitives", "must be a list of strings")
    if len(value) > semantic.KEYS_MAX:
        raise InvalidAddon("semantic_sensitives", f"at most {semantic.KEYS_MAX} keys")
    return value


async def _check_image(tx: ReadTransaction, name: str, where: str, *, app_id: int) -> None:
    assert name != LOGO, "the logo is not among the pictures sent"
    try:
        image = await media.image(tx, name)
    except media.UnknownImage:
        image = None
    if image is None or image.purpose != "addon" or image.app_id not in (None, app_id):
        raise InvalidAddon(where, "there is no such image; upload it first, or use logo")


def _is_token(text: str) -> bool:
    return 0 < len(text) <= TOKEN_LENGTH_MAX and TOKEN_CHARACTERS.issuperset(text)
