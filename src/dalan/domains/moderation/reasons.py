"""Why a post is not accepted: ready-made reasons, told to the owner in their own language."""

from typing import Final

from dalan.domains import posts
from dalan.domains.moderation.errors import ReasonMissing
from dalan.kernel.text import TextTooLong, clean

REASON_LENGTH_MAX: Final = posts.REFUSAL_LENGTH_MAX
NOTE_LENGTH_MAX: Final = 700
"""Of what a reviewer adds in their own words: with a ready-made reason it is still a reason."""

REASONS: Final[dict[str, dict[str, str]]] = {
    "category": {
        "fa": "دستهٔ آگهی با آنچه عرضه می‌کنید جور نیست. آن را در دستهٔ درست ثبت کنید.",
        "en": "The category does not fit what you offer. Please post it in the right one.",
    },
    "pictures": {
        "fa": "عکس‌ها واضح نیست یا به آگهی مربوط نیست. عکس واقعی خودِ کالا را بگذارید.",
        "en": "The pictures are unclear or show something else. Please use real pictures of it.",
    },
    "contact": {
        "fa": "شماره، نشانی اینترنتی یا شناسهٔ شبکهٔ اجتماعی را از عنوان و توضیحات بردارید.",
        "en": "Please take phone numbers, links and accounts out of the title and description.",
    },
    "price": {
        "fa": "قیمت درست نیست. قیمت واقعی را بنویسید یا «توافقی» را انتخاب کنید.",
        "en": "The price cannot be right. Please give the real one, or choose “negotiable”.",
    },
    "description": {
        "fa": "توضیحات کافی یا روشن نیست. بنویسید دقیقاً چه چیزی را و با چه وضعیتی عرضه می‌کنید.",
        "en": "The description is too short or unclear. Please say what it is and its condition.",
    },
    "duplicate": {
        "fa": "این آگهی پیش‌تر ثبت شده است. هر چیز را فقط یک بار آگهی کنید.",
        "en": "This has been posted already. Please post each thing once only.",
    },
    "forbidden": {
        "fa": "عرضهٔ این کالا یا خدمت در اینجا مجاز نیست.",
        "en": "This may not be offered here.",
    },
    "misleading": {
        "fa": "بخشی از آگهی نادرست یا گمراه‌کننده است.",
        "en": "Part of the post is untrue or misleading.",
    },
    "offensive": {
        "fa": "در آگهی واژه یا تصویر توهین‌آمیز هست.",
        "en": "The post has offensive words or pictures.",
    },
}
"""Name, and what its owner reads."""


def reason_text(key: str, note: str, *, language: str) -> str:
    """What the owner reads: the ready-made reason of that name (none if it is ""), and below it
    what the reviewer wrote. Raises ReasonMissing when that is nothing, or too much."""
    try:
        typed = clean(note, longest=NOTE_LENGTH_MAX, multiline=True)
    except TextTooLong:
        raise ReasonMissing from None
    if key and key not in REASONS:
        raise ReasonMissing
    ready = REASONS[key]["fa" if language == "fa" else "en"] if key else ""
    text = "\n".join(part for part in (ready, typed) if part)
    if not text:
        raise ReasonMissing
    assert len(text) <= REASON_LENGTH_MAX, "ready-made reasons are short"
    return text
