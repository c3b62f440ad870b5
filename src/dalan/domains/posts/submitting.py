"""Making a post: what it says is checked, its pictures are kept, it gets its token."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dalan.domains import media, taxonomy
from dalan.domains.posts import queries
from dalan.domains.posts.errors import InvalidPost
from dalan.domains.posts.events import PostChangedState
from dalan.domains.posts.tables import Post, State
from dalan.kernel import clock, outbox, randomness
from dalan.kernel.db import WriteTransaction
from dalan.kernel.text import TextTooLong, clean

TITLE_LENGTH_MIN, TITLE_LENGTH_MAX = 3, 50
"""Code points. Source: Kenar contract, ``PUT v1 post/{post_token}``."""

DESCRIPTION_LENGTH_MAX = 5_000
IMAGES_MAX = 20
LIFETIME = timedelta(days=30)
"""How long a post stays published before it retires by itself."""

FIXED_PRICE = "مقطوع"

TOKEN_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # noqa: S105 (an alphabet)
TOKEN_LENGTH = 8


def new_token() -> str:
    """A public token: 8 characters, 48 bits, never a word anybody typed.

    The contract's longer management token, of which this is the beginning, is not made at all:
    owners are known by their session, so nothing would ask for it.
    """
    return randomness.choice_text(TOKEN_ALPHABET, TOKEN_LENGTH)


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
    state: State = "published",
    development: bool = False,
    at: datetime | None = None,
) -> Post:
    """Write a new post down, in ``state``; its pictures are attached and shown in this order.

    ``fields`` is what the submit form of the leaf ``category`` asks, the price in tomans among
    it. ``at`` is when it is taken to have happened (now, unless a world is being furnished).
    The caller owns the transaction.

    Raises what ``taxonomy.check_fields`` raises, ``taxonomy.UnknownCity``, ``UnknownDistrict``,
    ``media.UnknownImage`` and ``InvalidPost``.
    """
    accepted = taxonomy.check_fields(category, fields)
    _check_place(city, district)
    title = _clean_title(title)
    description = _clean_description(description)
    if len(image_names) > IMAGES_MAX or len(set(image_names)) != len(image_names):
        raise InvalidPost(f"at most {IMAGES_MAX} different images", field="images")
    images = await media.images(tx, image_names)
    price_mode, price_tomans = _take_price(accepted)
    moment = at or clock.now()
    values: dict[str, Any] = {
        "owner_id": owner_id,
        "category": category,
        "city": city,
        "district": district,
        "title": title,
        "description": description,
        "fields": accepted,
        "image_names": [image.name for image in images],
        "price_mode": price_mode,
        "price_tomans": price_tomans,
        "state": state,
        "reject_reason": "",
        "chat_enabled": chat_enabled,
        "hide_phone": hide_phone,
        "development": development,
        "created_at": moment,
        "first_published_at": moment if state == "published" else None,
        "last_modified_at": moment,
        "listed_at": moment,
        "expires_at": moment + LIFETIME,
        "state_changed_at": moment,
    }
    post = await _add(tx, values)
    await queries.add_post_image.execute_many(
        tx,
        [
            {"post_id": post.id, "position": position, "image_id": image.id}
            for position, image in enumerate(images)
        ],
    )
    for image in images:
        await media.attach(tx, image.id)
    await outbox.record(
        tx,
        PostChangedState(
            post_id=post.id, token=post.token, before="", state=state, development=development
        ),
    )
    return post


async def _add(tx: WriteTransaction, values: dict[str, Any]) -> Post:
    while True:
        token = new_token()
        post_id = await queries.add_post.scalar(tx, token=token, **values)
        if post_id is not None:  # otherwise the token was taken: one in 281,474,976,710,656
            return Post(id=post_id, token=token, **values)


def _check_place(city: str, district: str) -> None:
    taxonomy.city(city)
    if district and taxonomy.district(district).city != city:
        raise InvalidPost(f"{district!r} is not in {city!r}", field="district")


def _clean_title(title: str) -> str:
    try:
        cleaned = clean(title, longest=TITLE_LENGTH_MAX)
    except TextTooLong:
        cleaned = ""
    if len(cleaned) < TITLE_LENGTH_MIN:
        raise InvalidPost(
            f"a title has {TITLE_LENGTH_MIN} to {TITLE_LENGTH_MAX} characters", field="title"
        )
    return cleaned


def _clean_description(description: str) -> str:
    try:
        cleaned = clean(description, longest=DESCRIPTION_LENGTH_MAX, multiline=True)
    except TextTooLong:
        cleaned = ""
    if not cleaned:
        raise InvalidPost(
            f"a description has 1 to {DESCRIPTION_LENGTH_MAX} characters", field="description"
        )
    return cleaned


def _take_price(accepted: dict[str, object]) -> tuple[str, int | None]:
    price, mode = accepted.pop("price", None), accepted.pop("price_mode", None)
    assert price is None or isinstance(price, int), "checked against the form"
    assert mode is None or isinstance(mode, str), "checked against the form"
    return mode or (FIXED_PRICE if price is not None else ""), price
