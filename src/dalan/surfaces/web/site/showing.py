"""How a post is said on a page: its price, its place, its facts, its card in a list."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import msgspec

from dalan.domains import media, posts, taxonomy
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang, marked

Words = Callable[..., str]

CARD_SIZE: media.Size = 600
THUMBNAIL_SIZE: media.Size = 200
FULL_SIZE: media.Size = 1200

_NOTHING: Mapping[str, media.Image] = {}

PRICE_FIELDS = {
    "credit": marked("Deposit"),
    "rent": marked("Rent"),
    "daily_rent": marked("Per night"),
}
"""Fields that are what a post costs where the category has no plain price, with their labels."""

MODE_NAMES = {
    "توافقی": marked("Negotiable"),
    "مجانی": marked("Free"),
    "جهت معاوضه": marked("For exchange"),
}

STATE_NAMES: dict[str, tuple[str, str]] = {
    "waiting_for_payment": (marked("Waiting for payment"), "warning"),
    "waiting_for_review": (marked("Under review"), "info"),
    "waiting_for_edit": (marked("Needs editing"), "warning"),
    "published": (marked("Published"), "success"),
    "rejected": (marked("Rejected"), "danger"),
    "retired": (marked("Not on display"), "neutral"),
    "deleted": (marked("Deleted"), "neutral"),
    "archived": (marked("Archived"), "neutral"),
}


class PriceLine(msgspec.Struct, frozen=True):
    """``ودیعه`` / ``۲۰۰٬۰۰۰٬۰۰۰ تومان``. ``plain``: the price itself, which needs no label."""

    label: str
    text: str
    plain: bool = False


class Card(msgspec.Struct, frozen=True):
    """A post in a list, ready to be drawn. ``film``: its picture is the poster of a video;
    ``kept`` None: this list has no hearts."""

    token: str
    title: str
    url: str
    image_url: str
    lines: tuple[str, ...]
    place_time: str
    image_count: int
    tags: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    film: bool = False
    kept: bool | None = None


class Still(msgspec.Struct, frozen=True):
    """The picture that stands for a post in a list. ``placeholder`` is a ``data:`` address shown
    until it is there, "" where there is none; ``film``: it is the poster of a video."""

    name: str
    placeholder: str
    film: bool = False


class Picture(msgspec.Struct, frozen=True):
    """A picture of the gallery. The sides are those of the largest size; 0: not known."""

    url: str
    thumbnail_url: str
    alt: str
    placeholder: str = ""
    width_px: int = 0
    height_px: int = 0


class Film(msgspec.Struct, frozen=True):
    """A video of a post, and its first picture, with its sides."""

    url: str
    poster_url: str
    width_px: int = 640
    height_px: int = 360


class Spec(msgspec.Struct, frozen=True):
    """One fact of the specification; ``items`` where it is several of a kind."""

    title: str
    text: str
    items: tuple[str, ...] = ()


def card(
    post: posts.Post,
    lang: Lang,
    *,
    now: datetime,
    url: str = "",
    tags: Sequence[tuple[str, str]] = (),
    still: Still | None = None,
) -> Card:
    """The post's card; it leads to its page unless ``url`` says otherwise. ``still``: what
    ``cards.stills_of`` knows of its picture."""
    _ = html.i18n.translator(lang)
    return Card(
        token=post.token,
        title=post.title,
        url=url or path_of(post),
        image_url=media.path_of(still.name, CARD_SIZE)
        if still is not None
        else first_picture(post, CARD_SIZE),
        lines=tuple(
            line.text if line.plain else f"{line.label}: {line.text}"
            for line in price_lines(post, lang)
        ),
        place_time=_(
            "%(ago)s in %(place)s",
            ago=html.numbers.ago(post.listed_at, lang, now=now),
            place=place_of(post),
        ),
        image_count=len(post.image_names),
        tags=tuple(tags),
        placeholder=still.placeholder if still is not None else "",
        film=still is not None and still.film,
    )


def still_of(image: media.Image) -> Still:
    """A picture in a list."""
    return Still(image.name, image.placeholder)


def poster_of(film: media.MediaFile) -> Still:
    """A video in a list."""
    return Still(media.poster_of(film.name), film.placeholder, film=True)


def path_of(post: posts.Post) -> str:
    """Where the post's page is."""
    return f"/v/{post.token}"


def management_path_of(post: posts.Post) -> str:
    """Where its owner manages it."""
    return f"/my-divar/my-posts/{post.token}"


def first_picture(post: posts.Post, size_px: media.Size) -> str:
    """The address of the first picture, "" when there is none."""
    return media.path_of(post.image_names[0], size_px) if post.image_names else ""


def pictures(post: posts.Post, known: Mapping[str, media.Image] = _NOTHING) -> list[Picture]:
    """All of them, in order, described by the title: nobody asked the seller what they show.
    ``known``: their rows by name, for the sides and what is shown meanwhile."""
    shown = []
    for name in post.image_names:
        picture = Picture(
            url=media.path_of(name, FULL_SIZE),
            thumbnail_url=media.path_of(name, THUMBNAIL_SIZE),
            alt=post.title,
        )
        if image := known.get(name):
            picture = msgspec.structs.replace(
                picture,
                placeholder=image.placeholder,
                width_px=image.width_px,
                height_px=image.height_px,
            )
        shown.append(picture)
    return shown


def video_name(post: posts.Post) -> str:
    """The name of the post's film among our files, "" when there is none we keep."""
    told = post.details.video
    # The contract's names have a folder before them: raw/….mp4.
    name = told.name.rpartition("/")[2] if told is not None else ""
    return name if media.is_file_name(name) else ""


def video(post: posts.Post, known: media.MediaFile | None = None) -> Film | None:
    """The film of a post and the picture that stands for it; None: there is none we keep.
    ``known``: its row, for its sides."""
    name = video_name(post)
    if not name:
        return None
    film = Film(media.path_of_file(name), media.path_of(media.poster_of(name), FULL_SIZE))
    if known is None or known.width_px is None or known.height_px is None:
        return film
    return msgspec.structs.replace(film, width_px=known.width_px, height_px=known.height_px)


def place_of(post: posts.Post) -> str:
    """``تهران، صادقیه``; places have Persian names only."""
    city = taxonomy.city(post.city).display
    return f"{city}، {taxonomy.district(post.district).display}" if post.district else city


def price_lines(post: posts.Post, lang: Lang) -> list[PriceLine]:
    """What it costs, in tomans or in a word; nothing where the category knows no price."""
    _ = html.i18n.translator(lang)
    lines = []
    mode = MODE_NAMES.get(post.price_mode)
    if post.price_tomans is not None:
        text = html.numbers.money(post.price_tomans, lang)
        lines.append(PriceLine(_("Price"), f"{text} ({_(mode)})" if mode else text, plain=True))
    elif mode is not None:
        lines.append(PriceLine(_("Price"), _(mode), plain=True))
    for name, label in PRICE_FIELDS.items():
        amount = post.fields.get(name)
        if isinstance(amount, int):
            text = html.numbers.money(amount, lang) if amount else _("Free")
            lines.append(PriceLine(_(label), text))
    return lines


def specs(post: posts.Post, lang: Lang) -> list[Spec]:
    """The facts of the category's form, without those the price lines tell."""
    return [
        Spec(
            title=line.title if lang == "fa" else line.title_en,
            text=line.text,
            items=tuple(line.text.split("، ")) if line.kind == "choices" else (),
        )
        for line in taxonomy.describe_fields(post.category, post.fields)
        if line.name not in PRICE_FIELDS
    ]


def category_line(post: posts.Post, lang: Lang) -> list[str]:
    """The names of the categories it is filed under, widest first, the root left out."""
    line = (*taxonomy.ancestors(post.category)[1:], taxonomy.category(post.category))
    return [node.title if lang == "fa" else node.title_en for node in line]


def state_badge(post: posts.Post, lang: Lang) -> tuple[str, str]:
    """What its state is called, and in which colour."""
    name, kind = STATE_NAMES[post.state]
    return html.i18n.gettext(lang, name), kind


def short(text: str, *, longest: int = 160) -> str:
    """The beginning of a text on one line, for previews elsewhere."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
