"""Some who are ready: what they say and do, each a short script."""

from typing import Final

import msgspec

from dalan.domains.world.personas.errors import UnknownPersona


class Persona(msgspec.Struct, frozen=True):
    """Somebody of a kind. ``about`` is for both languages a line; ``script`` is theirs."""

    name: str
    title_fa: str
    title_en: str
    about_fa: str
    about_en: str
    script: str


CAST: Final = (
    Persona(
        "curious",
        "خریدار کنجکاو",
        "Curious buyer",
        "سه پرسش می‌پرسد و پس از هر کدام منتظر پاسخ می‌ماند.",
        "Asks three questions and waits for an answer to each.",
        """\
- say: سلام، وقت بخیر. هنوز موجوده؟
- wait_for: reply
- say: از کی استفاده شده؟
- wait_for: reply
- say: عکس بیشتری هم دارید؟
- wait_for: reply
- say: ممنون، خبرتون می‌کنم.
""",
    ),
    Persona(
        "haggler",
        "چانه‌زن",
        "Haggler",
        "کمتر پیشنهاد می‌دهد و کم‌کم بالا می‌آید.",
        "Offers less than the price, and comes up step by step.",
        """\
- say: سلام، قیمتش جا داره؟
- offer: 70%
- wait_for: reply
- offer: 80%
- wait_for: reply
- offer: 88%
- wait_for: reply
- say: باشه، فکرهام رو می‌کنم.
""",
    ),
    Persona(
        "impatient",
        "کم‌حوصله",
        "Impatient",
        "پشت سر هم می‌نویسد، کوتاه صبر می‌کند و می‌رود.",
        "Writes one line after another, waits briefly and leaves.",
        """\
- say: سلام
- say: هستید؟
- say: ؟؟
- say: اگه نیستید برم سراغ بعدی
- wait_for: reply within 15
- say: دیر شد، خریدم.
""",
    ),
    Persona(
        "scammer",
        "کلاه‌بردار",
        "Scammer",
        "لینک پرداخت جعلی می‌فرستد تا مسدود شود؛ پیام آخرش دیگر نمی‌رسد.",
        "Sends a false payment link until somebody blocks them; the last line then fails.",
        """\
- say: سلام، همین الان می‌خرم. بیعانه رو از این لینک بگیرید: https://pay.example/deposit
- wait_for: reply
- say: فقط کد پیامکی که براتون میاد رو برام بفرستید تا واریز بشه.
- wait_for: reply within 120
- say: کد رو نفرستادید، زودتر لطفاً.
""",
    ),
    Persona(
        "payer",
        "پرداخت‌کننده",
        "Payer",
        "به ربات یا برنامه پیام می‌دهد، نخستین دکمه را می‌زند و آنچه بخواهند می‌پردازد.",
        "Writes, presses the first button there is, and pays what is asked.",
        """\
- say: سلام، می‌خوام پرداخت کنم.
- wait_for: button
- press
- wait_for: payment
- pay: anything
- say: پرداخت شد.
""",
    ),
    Persona(
        "revoker",
        "پشیمان",
        "Revoker",
        "سلامی می‌کند و همهٔ دسترسی‌هایی را که به برنامه داده پس می‌گیرد.",
        "Says hello and takes back everything the app was given.",
        """\
- say: سلام، دیگه نمی‌خوام این برنامه به حسابم دسترسی داشته باشه.
- revoke
""",
    ),
)


def persona_named(name: str) -> Persona:
    """Raises UnknownPersona, which says who there is."""
    for one in CAST:
        if one.name == name:
            return one
    raise UnknownPersona(f"there is no such persona; {', '.join(one.name for one in CAST)}")
