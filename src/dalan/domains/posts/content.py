"""What a post may say: every part checked and put in one spelling."""

import re
from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any

import msgspec

from dalan.domains import media, taxonomy
from dalan.domains.posts.errors import InvalidPost
from dalan.domains.posts.history import Author
from dalan.domains.posts.tables import Content, Details, Post, Video
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.kernel.text import TextTooLong, clean

TITLE_LENGTH_MIN, TITLE_LENGTH_MAX = 3, 50
"""Code points. Source: Kenar contract, ``PUT v1 post/{post_token}``."""

DESCRIPTION_LENGTH_MAX = 5_000
IMAGES_MAX = 20
LANDLINES_MAX = 3
VIDEO_NAME_LENGTH_MAX = 120
VIDEO_SECONDS_MAX = 24 * 60 * 60

FIXED_PRICE = "مقطوع"

_LANDLINE = re.compile(r"0[0-9]{4,14}")


class Changes(msgspec.Struct, kw_only=True):
    """The parts of a post somebody wants otherwise; what is UNSET stays.

    ``fields`` names category fields, the price in tomans among them; a value of None clears.
    ``latitude``, ``longitude`` and ``video`` are cleared by None, ``district`` by "".
    """

    title: str | msgspec.UnsetType = msgspec.UNSET
    description: str | msgspec.UnsetType = msgspec.UNSET
    district: str | msgspec.UnsetType = msgspec.UNSET
    fields: Mapping[str, object] | msgspec.UnsetType = msgspec.UNSET
    image_names: Sequence[str] | msgspec.UnsetType = msgspec.UNSET
    chat_enabled: bool | msgspec.UnsetType = msgspec.UNSET
    hide_phone: bool | msgspec.UnsetType = msgspec.UNSET
    location_type: str | msgspec.UnsetType = msgspec.UNSET
    latitude: float | msgspec.UnsetType | None = msgspec.UNSET
    longitude: float | msgspec.UnsetType | None = msgspec.UNSET
    video: Video | msgspec.UnsetType | None = msgspec.UNSET


def content_of(post: Post) -> Content:
    """All that a post says now."""
    return Content(
        title=post.title,
        description=post.description,
        district=post.district,
        fields=post.fields,
        price_mode=post.price_mode,
        price_tomans=post.price_tomans,
        image_names=post.image_names,
        chat_enabled=post.chat_enabled,
        hide_phone=post.hide_phone,
        details=post.details,
    )


def changed(post: Post, changes: Changes) -> Content:
    """What the post would say, every part checked, its category and city as they are.

    Raises ``InvalidPost`` and what ``taxonomy.check_fields`` raises; pictures are looked up by
    ``pictures_of``.
    """
    now = content_of(post)

    def said(name: str) -> Any:
        value = getattr(changes, name)
        return getattr(now, name) if value is msgspec.UNSET else value

    fields: dict[str, object] = dict(form_values(post))
    if changes.fields is not msgspec.UNSET:
        # A name with a hyphen is the same field (``taxonomy.check_fields``).
        fields.update({name.replace("-", "_"): value for name, value in changes.fields.items()})
    return checked(
        category=post.category,
        city=post.city,
        district=said("district"),
        title=said("title"),
        description=said("description"),
        fields=fields,
        image_names=said("image_names"),
        chat_enabled=said("chat_enabled"),
        hide_phone=said("hide_phone"),
        details=_changed_details(now.details, changes),
        standing=post,
    )


def checked(
    *,
    category: str,
    city: str,
    district: str,
    title: str,
    description: str,
    fields: Mapping[str, object],
    image_names: Sequence[str],
    chat_enabled: bool,
    hide_phone: bool,
    details: Details,
    standing: Post | None = None,
) -> Content:
    """The same in one spelling. ``standing``: the post that is edited, which may go on saying
    what no new post may (``taxonomy``). Raises what ``taxonomy.check_fields`` raises,
    ``taxonomy.UnknownCity``, ``UnknownDistrict`` and ``InvalidPost``."""
    check_category(category, standing)
    accepted = taxonomy.check_fields(
        category, fields, standing=standing.fields if standing is not None else {}
    )
    check_place(city, district, standing)
    if len(image_names) > IMAGES_MAX or len(set(image_names)) != len(image_names):
        raise InvalidPost(f"at most {IMAGES_MAX} different images", field="images")
    price_mode, price_tomans = _take_price(accepted)
    return Content(
        title=clean_title(title),
        description=clean_description(description),
        district=district,
        fields=accepted,
        price_mode=price_mode,
        price_tomans=price_tomans,
        image_names=list(image_names),
        chat_enabled=chat_enabled,
        hide_phone=hide_phone,
        details=checked_details(details),
    )


async def pictures_of(
    tx: ReadTransaction, content: Content, *, by: Author | None = None, shown: Collection[str] = ()
) -> list[media.Image]:
    """The pictures it names, in order. Raises ``media.UnknownImage``.

    An app (``by``) shows pictures that it sent itself, or that the post has ``shown`` already:
    names of other posts' pictures stand in their addresses for everybody to read.
    """
    return await media.images(tx, content.image_names, app_id=_app_of(by), shown=shown)


async def keep_media(
    tx: WriteTransaction,
    content: Content,
    pictures: Sequence[media.Image],
    *,
    before: Video | None = None,
    by: Author | None = None,
) -> None:
    """Attach the pictures and the video, so that nobody purges them. A video that was there
    ``before`` is attached already; of other apps' videos an app (``by``) knows nothing.

    Raises ``media.UnknownFile`` for a video nobody uploaded, and what ``media.attach`` raises.
    """
    for picture in pictures:
        await media.attach(tx, picture.id)
    video = content.details.video
    if video is not None and video != before:
        # The contract's names have a folder before them: raw/….mp4.
        name = video.name.rpartition("/")[2]
        sent = await media.file(tx, name, purpose="post", app_id=_app_of(by))
        await media.attach_file(tx, sent.id)


def _app_of(by: Author | None) -> int | None:
    return by.id if by is not None and by.kind == "app" else None


def form_values(post: Post) -> dict[str, Any]:
    """The post's category fields as its form asks them, the price in tomans among them."""
    values: dict[str, Any] = dict(post.fields)
    if post.price_mode:
        values["price_mode"] = post.price_mode
    if post.price_tomans is not None:
        values["price"] = post.price_tomans
    return values


def _changed_details(details: Details, changes: Changes) -> Details:
    values = {
        name: value
        for name in ("location_type", "latitude", "longitude", "video")
        if (value := getattr(changes, name)) is not msgspec.UNSET
    }
    return msgspec.structs.replace(details, **values) if values else details


def checked_details(details: Details) -> Details:
    if details.location_type not in ("empty", "exact", "approximate"):
        raise InvalidPost("must be empty, exact or approximate", field="location_type")
    if (details.latitude is None) != (details.longitude is None):
        raise InvalidPost(
            "a place has a latitude and a longitude",
            field="latitude" if details.latitude is None else "longitude",
        )
    if details.latitude is not None and not _within(details.latitude, 90):
        raise InvalidPost("a latitude is between -90 and 90", field="latitude")
    if details.longitude is not None and not _within(details.longitude, 180):
        raise InvalidPost("a longitude is between -180 and 180", field="longitude")
    if details.location_type != "empty" and details.latitude is None:
        raise InvalidPost("a location needs its latitude and longitude", field="latitude")
    video = details.video
    if video is not None and (
        not 0 < len(video.name) <= VIDEO_NAME_LENGTH_MAX
        or len(video.thumbnail_name) > VIDEO_NAME_LENGTH_MAX
        or not 0 <= video.duration_seconds <= VIDEO_SECONDS_MAX
    ):
        raise InvalidPost("a video has the names its upload gave and a duration", field="video")
    if len(details.landline_numbers) > LANDLINES_MAX or not all(
        _LANDLINE.fullmatch(number) for number in details.landline_numbers
    ):
        raise InvalidPost(
            f"at most {LANDLINES_MAX} landline numbers of digits, area code first",
            field="landline_numbers",
        )
    return details


def _within(degrees: float, most: int) -> bool:
    return isfinite(degrees) and -most <= degrees <= most


def check_category(category: str, standing: Post | None = None) -> None:
    if (standing is None or standing.category != category) and taxonomy.is_retired(
        "category", category
    ):
        raise taxonomy.UnknownCategory(category)


def check_place(city: str, district: str, standing: Post | None = None) -> None:
    taxonomy.city(city)
    if (standing is None or standing.city != city) and taxonomy.is_retired("city", city):
        raise taxonomy.UnknownCity(city)
    if (standing is None or standing.district != district) and taxonomy.is_retired(
        "district", district
    ):
        raise taxonomy.UnknownDistrict(district)
    if district and taxonomy.district(district).city != city:
        raise InvalidPost(f"{district!r} is not in {city!r}", field="district")


def clean_title(title: str) -> str:
    try:
        cleaned = clean(title, longest=TITLE_LENGTH_MAX)
    except TextTooLong:
        cleaned = ""
    if len(cleaned) < TITLE_LENGTH_MIN:
        raise InvalidPost(
            f"a title has {TITLE_LENGTH_MIN} to {TITLE_LENGTH_MAX} characters", field="title"
        )
    return cleaned


def clean_description(description: str) -> str:
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
