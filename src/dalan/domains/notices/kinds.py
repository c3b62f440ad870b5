"""The kinds of notices: what a person may choose about, each by itself."""

from typing import Literal

NoticeKind = Literal[
    "phone",
    "chat_message",
    "post_review",
    "post_end",
    "saved_search",
    "business",
    "link",
    "app_state",
    "quota",
    "key_age",
    "key_expiry",
    "token_reuse",
    "events",
    "ticket",
]

KINDS: tuple[NoticeKind, ...] = (
    "phone",
    "chat_message",
    "post_review",
    "post_end",
    "saved_search",
    "business",
    "link",
    "app_state",
    "quota",
    "key_age",
    "key_expiry",
    "token_reuse",
    "events",
    "ticket",
)
"""In the order they are offered."""

_WORDS: dict[NoticeKind, dict[str, tuple[str, str]]] = {
    "phone": {
        "fa": ("شمارهٔ تلفن", "وقتی شمارهٔ حساب شما عوض شود"),
        "en": ("Your phone number", "When the number of your account was changed"),
    },
    "chat_message": {
        "fa": ("پیام خوانده‌نشده", "وقتی پیامی در چت چند دقیقه خوانده نشود؛ برای هر گفت‌وگو یک بار"),
        "en": ("Unread messages", "When a message in a chat waits for minutes; once a chat"),
    },
    "post_end": {
        "fa": ("پایان نمایش آگهی", "یک روز پیش از پایان و هنگام پایان"),
        "en": ("End of a post", "A day before it ends, and when it did"),
    },
    "post_review": {
        "fa": ("بررسی آگهی", "انتشار، درخواست ویرایش یا رد آگهی شما"),
        "en": ("Review of your posts", "Published, sent back or refused"),
    },
    "saved_search": {
        "fa": ("جست‌وجوهای ذخیره‌شده", "آگهی‌های تازه؛ برای هر جست‌وجو حداکثر ساعتی یک بار"),
        "en": ("Saved searches", "New posts; of each search once an hour at most"),
    },
    "business": {
        "fa": ("کسب‌وکار", "وقتی کسی شما را به کسب‌وکارش می‌افزاید"),
        "en": ("Businesses", "When somebody lets you into their business"),
    },
    "link": {
        "fa": ("پیوندهای کوتاه", "وقتی گردانندگان دربارهٔ پیوندی از شما تصمیم بگیرند"),
        "en": ("Short links", "When operators decided about a link of yours"),
    },
    "app_state": {
        "fa": ("وضعیت برنامه", "تأیید، درخواست تغییر یا تعلیق برنامه"),
        "en": ("State of an app", "Approved, asked for changes, suspended"),
    },
    "quota": {
        "fa": ("سقف درخواست", "وقتی 80 یا 100 درصد سقف دقیقه یا روز پر شود"),
        "en": ("Quota", "At 80 and 100 percent of the limit of a minute or a day"),
    },
    "key_age": {
        "fa": ("کلید قدیمی", "کلیدی که وقت عوض‌کردنش رسیده است"),
        "en": ("Old keys", "A key that should be changed by now"),
    },
    "key_expiry": {
        "fa": ("پایان کلید", "کلیدی که تا چند روز دیگر از کار می‌افتد"),
        "en": ("Keys that end", "A key that stops working within days"),
    },
    "token_reuse": {
        "fa": ("نشانهٔ نشت توکن", "توکنی که برای بار دوم به کار رفته است"),
        "en": ("Signs of a token leak", "A token that was used a second time"),
    },
    "events": {
        "fa": ("رویدادهای برنامه", "وقتی نشانی رویدادهای برنامه مدتی پاسخ نمی‌دهد یا بسته می‌شود"),
        "en": ("Events of an app", "When an app’s events address takes nothing, or is disabled"),
    },
    "ticket": {
        "fa": ("پشتیبانی", "پاسخ به تیکت شما"),
        "en": ("Support", "An answer to your ticket"),
    },
}


def kind_words(kind: NoticeKind, lang: str) -> tuple[str, str]:
    """A kind's name and what it covers, in that language (``fa`` or ``en``)."""
    return _WORDS[kind]["fa" if lang == "fa" else "en"]
