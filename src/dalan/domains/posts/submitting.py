"""Making a post: what it says is checked, its pictures are kept, it gets its token."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dalan.domains import media
from dalan.domains.posts import queries
from dalan.domains.posts.content import checked, keep_media, pictures_of
from dalan.domains.posts.events import PostChangedState
from dalan.domains.posts.history import Author, by_owner, note
from dalan.domains.posts.tables import Content, Details, Origin, Post, State
from dalan.kernel import clock, outbox, randomness
from dalan.kernel.db import ReadTransaction, WriteTransaction

LIFETIME = timedelta(days=30)
"""How long a post stays published before it retires by itself."""

TOKEN_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # noqa: S105 (an alphabet)
TOKEN_LENGTH = 8


def new_token() -> str:
    """A public token: 8 characters, 48 bits, never a word anybody typed.

    The contract's longer management token, of which this is the beginning, is not made at all:
    owners are known by their session, so nothing would ask for it.
    """
    return randomness.choice_text(TOKEN_ALPHABET, TOKEN_LENGTH)


def first_state(*, unpaid: bool, reviewed: bool) -> State:
    """Where a new post begins: at the till, at the reviewers', or before everybody.

    Source: Kenar digest 8.2.
    """
    if unpaid:
        return "waiting_for_payment"
    return "waiting_for_review" if reviewed else "published"


async def create(
    tx: WriteTransaction,
    *,
    owner_id: int,
    category: str,
    city: str,
    district: str = "",
    title: str,
    description: str,
    fields: Mapping[str, object],
    image_names: Sequence[str] = (),
    chat_enabled: bool = True,
    hide_phone: bool = False,
    details: Details | None = None,
    state: State = "published",
    development: bool = False,
    app_id: int | None = None,
    business_id: int | None = None,
    as_provider: bool = False,
    by: Author | None = None,
    at: datetime | None = None,
) -> Post:
    """Write a new post down, in ``state``; its pictures are attached and shown in this order.

    ``fields`` is what the submit form of the leaf ``category`` asks, the price in tomans among
    it. ``app_id`` is the app that submitted it, for the person or ``as_provider`` in its own
    name; ``business_id`` the business it belongs to. ``by`` is who did it, the owner unless said
    otherwise; ``at`` when it is taken to have happened (now, unless a world is being furnished).
    The caller owns the transaction.

    Raises what ``taxonomy.check_fields`` raises, ``taxonomy.UnknownCity``, ``UnknownDistrict``,
    ``media.UnknownImage``, ``media.UnknownFile`` (the video) and ``InvalidPost``.
    """
    content = checked(
        category=category,
        city=city,
        district=district,
        title=title,
        description=description,
        fields=fields,
        image_names=image_names,
        chat_enabled=chat_enabled,
        hide_phone=hide_phone,
        details=details or Details(),
    )
    images = await pictures_of(tx, content, by=by)
    post = await _add(
        tx,
        _row_of(
            content,
            at=at or clock.now(),
            owner_id=owner_id,
            category=category,
            city=city,
            state=state,
            development=development,
        ),
    )
    await _add_origin(tx, post, app_id=app_id, business_id=business_id, as_provider=as_provider)
    await _show_images(tx, post, images)
    await keep_media(tx, content, images, by=by)
    await note(tx, post, "submitted", by=by or by_owner(owner_id), content=content)
    await outbox.record(
        tx,
        PostChangedState(
            post_id=post.id, token=post.token, before="", state=state, development=development
        ),
    )
    return post


async def origin_of(tx: ReadTransaction, post_id: int) -> Origin | None:
    """Through which app or for which business a post came; None: its owner's own doing."""
    return await queries.origin_of.one_or_none(tx, post_id=post_id)


def _row_of(content: Content, *, at: datetime, state: State, **filed: Any) -> dict[str, Any]:
    """The columns of a new post but its id and token; ``filed``: whose it is and where."""
    return filed | {
        "district": content.district,
        "title": content.title,
        "description": content.description,
        "fields": content.fields,
        "image_names": content.image_names,
        "price_mode": content.price_mode,
        "price_tomans": content.price_tomans,
        "state": state,
        "reject_reason": "",
        "chat_enabled": content.chat_enabled,
        "hide_phone": content.hide_phone,
        "created_at": at,
        "first_published_at": at if state == "published" else None,
        "last_modified_at": at,
        "listed_at": at,
        "expires_at": at + LIFETIME,
        "state_changed_at": at,
        "details": content.details,
        "edit_refusal": "",
    }


async def _add_origin(
    tx: WriteTransaction,
    post: Post,
    *,
    app_id: int | None,
    business_id: int | None,
    as_provider: bool,
) -> None:
    """Nothing is noted where it is its owner's own doing."""
    if app_id is not None or business_id is not None:
        await queries.add_origin.execute(
            tx,
            post_id=post.id,
            app_id=app_id,
            business_id=business_id,
            as_provider=as_provider,
        )


async def _show_images(tx: WriteTransaction, post: Post, images: Sequence[media.Image]) -> None:
    await queries.add_post_image.execute_many(
        tx,
        [
            {"post_id": post.id, "position": position, "image_id": image.id}
            for position, image in enumerate(images)
        ],
    )


async def _add(tx: WriteTransaction, values: dict[str, Any]) -> Post:
    while True:
        token = new_token()
        post_id = await queries.add_post.scalar(tx, token=token, **values)
        if post_id is not None:  # otherwise the token was taken: one in 281,474,976,710,656
            return Post(id=post_id, token=token, **values)
