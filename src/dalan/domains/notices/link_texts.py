"""What owners of short links are told of operators' decisions: title and text, and the reason."""

from collections.abc import Mapping
from typing import Any

LINKS: dict[str, dict[str, tuple[str, str]]] = {
    "quarantined": {
        "fa": (
            "پیوند کوتاه «{link}» موقتاً بسته شد",
            "بازدیدکنندگان تا پایان بررسی به مقصد نمی‌رسند؛ آمار پیوند می‌ماند. {why}",
        ),
        "en": (
            "The short link “{link}” is closed for now",
            "Visitors are kept from it until it was looked at; its statistics stay. {why}",
        ),
    },
    "released": {
        "fa": ("پیوند کوتاه «{link}» دوباره باز شد", "بازدیدکنندگان به مقصد می‌رسند. {why}"),
        "en": ("The short link “{link}” is open again", "Visitors are let through. {why}"),
    },
    "deactivated": {
        "fa": ("پیوند کوتاه «{link}» خاموش شد", "گردانندگان آن را خاموش کردند. {why}"),
        "en": ("The short link “{link}” was switched off", "Operators switched it off. {why}"),
    },
    "host_blocked": {
        "fa": (
            "مقصد پیوند کوتاه «{link}» بسته شد",
            "هیچ پیوندی دیگر به این میزبان نمی‌رود. مقصد دیگری برگزینید. {why}",
        ),
        "en": (
            "Where the short link “{link}” leads was blocked",
            "No link leads to that host any more. Choose another target. {why}",
        ),
    },
}

_REASONS: dict[str, dict[str, str]] = {
    "phishing": {
        "fa": "دلیل: مقصد خود را جای سایت دیگری جا می‌زند یا گذرواژه و شمارهٔ کارت می‌گیرد.",
        "en": "Reason: it pretends to be another site, or asks for passwords or cards.",
    },
    "malware": {
        "fa": "دلیل: مقصد برنامهٔ زیان‌بار می‌دهد.",
        "en": "Reason: it gives harmful programs.",
    },
    "spam": {
        "fa": "دلیل: پیوند ناخواسته و پیاپی فرستاده شده است.",
        "en": "Reason: it was sent unasked, again and again.",
    },
    "illegal": {
        "fa": "دلیل: مقصد پیوند در اینجا مجاز نیست.",
        "en": "Reason: what it leads to is forbidden here.",
    },
}


def why(facts: Mapping[str, Any], lang: str) -> str:
    """The reason in that language and what the operator wrote; "" when neither was said."""
    reason = _REASONS.get(str(facts.get("reason", "")), {}).get(lang, "")
    return f"{reason} {facts.get('note', '')}".strip()
