"""How a post is said on a page: its price, its place, its facts, its card in a list."""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from dalan.domains import media, posts, taxonomy
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang, marked

Words = Callable[..., str]

CARD_SIZE: media.Size = 600
THUMBNAIL_SIZE: media.Size = 200
FULL_SIZE: media.Size = 1200

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
    """A post in a list, ready to be drawn."""

    token: str
    title: str
    url: str
    image_url: str
    lines: tuple[str, ...]
    place_time: str
    image_count: int
    tags: tuple[tuple[str, str], ...] = ()


class Picture(msgspec.Struct, frozen=True):
    """A picture of the gallery."""

    url: str
    thumbnail_url: str
    alt: str


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
) -> Card:
    """The post's card; it leads to its page unless ``url`` says otherwise."""
    _ = html.i18n.translator(lang)
    return Card(
        token=post.token,
        title=post.title,
        url=url or path_of(post),
        image_url=first_picture(post, CARD_SIZE),
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
    )


def path_of(post: posts.Post) -> str:
    """Where the post's page is."""
    return f"/v/{post.token}"


def management_path_of(post: posts.Post) -> str:
    """Where its owner manages it."""
    return f"/my-divar/my-posts/{post.token}"


def first_picture(post: posts.Post, size_px: media.Size) -> str:
    """The address of the first picture, "" when there is none."""
    return media.path_of(post.image_names[0], size_px) if post.image_names else ""


def pictures(post: posts.Post) -> list[Picture]:
    """All of them, in order, described by the title: nobody asked the seller what they show."""
    return [
        Picture(
            url=media.path_of(name, FULL_SIZE),
            thumbnail_url=media.path_of(name, THUMBNAIL_SIZE),
            alt=post.title,
        )
        for name in post.image_names
    ]


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
