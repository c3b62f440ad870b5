"""What a notice says, in the person's language: a title, and a sentence or two below it.

The words stand here and not in a page's catalogue, for the same ones are shown in the panel and
sent by mail. Facts are filled in as plain text; whoever shows them escapes them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from dalan.domains.notices import link_texts
from dalan.domains.notices.tables import Notice


class Words(NamedTuple):
    """What is told: a line, and a sentence or two."""

    title: str
    text: str


_FA, _EN = "fa", "en"

_STATES: dict[str, dict[str, tuple[str, str]]] = {
    "active": {
        _FA: ("برنامهٔ «{app}» تأیید شد", "از این پس برنامه به همه پیشنهاد می‌شود."),
        _EN: ("“{app}” was approved", "From now on the app is offered to everybody."),
    },
    "changes_requested": {
        _FA: ("برای «{app}» تغییراتی خواسته شد", "بازبین نوشته است: {note}"),
        _EN: ("Changes were asked of “{app}”", "The reviewer wrote: {note}"),
    },
    "suspended": {
        _FA: ("برنامهٔ «{app}» تعلیق شد", "درخواست‌هایش دیگر پذیرفته نمی‌شود. {note}"),
        _EN: ("“{app}” was suspended", "Its calls are refused from now on. {note}"),
    },
    "lifted": {
        _FA: ("تعلیق «{app}» برداشته شد", "می‌توانید کار را از سر بگیرید."),
        _EN: ("“{app}” is no longer suspended", "You can go on working with it."),
    },
}

_QUOTA: dict[tuple[str, int], dict[str, tuple[str, str]]] = {
    ("day", 80): {
        _FA: (
            "«{app}» 80 درصد سقف امروز را به کار برده است",
            "سقف روزانه {most} درخواست است و نیمه‌شب به وقت جهانی از نو شروع می‌شود.",
        ),
        _EN: (
            "“{app}” has used 80% of today’s quota",
            "The daily limit is {most} calls and starts anew at midnight UTC.",
        ),
    },
    ("day", 100): {
        _FA: (
            "سقف امروز «{app}» پر شد",
            "سقف روزانه {most} درخواست است؛ درخواست‌های بیشتر تا نیمه‌شب به وقت جهانی رد می‌شوند.",
        ),
        _EN: (
            "“{app}” has used up today’s quota",
            "The daily limit is {most} calls; further ones are refused until midnight UTC.",
        ),
    },
    ("minute", 80): {
        _FA: (
            "«{app}» به 80 درصد سقف دقیقه رسید",
            "سقف هر دقیقه {most} درخواست است. این پیام روزی یک بار فرستاده می‌شود.",
        ),
        _EN: (
            "“{app}” came to 80% of its limit per minute",
            "The limit is {most} calls a minute. You are told of this once a day.",
        ),
    },
    ("minute", 100): {
        _FA: (
            "سقف دقیقهٔ «{app}» پر شد",
            "سقف هر دقیقه {most} درخواست است و درخواست‌های بیشتر با خطای 429 رد می‌شوند.",
        ),
        _EN: (
            "“{app}” reached its limit per minute",
            "The limit is {most} calls a minute; further ones are refused with 429.",
        ),
    },
}

_POSTS: dict[str, dict[str, tuple[str, str]]] = {
    "published": {
        _FA: ("آگهی «{title}» منتشر شد", "از این پس همه آن را می‌بینند."),
        _EN: ("“{title}” is on display", "From now on everybody sees it."),
    },
    "edit_asked": {
        _FA: ("آگهی «{title}» به ویرایش نیاز دارد", "{reason}"),
        _EN: ("“{title}” needs an edit", "{reason}"),
    },
    "rejected": {
        _FA: ("آگهی «{title}» پذیرفته نشد", "{reason}"),
        _EN: ("“{title}” was not accepted", "{reason}"),
    },
    "edit_accepted": {
        _FA: ("ویرایش آگهی «{title}» منتشر شد", ""),
        _EN: ("Your edit of “{title}” is on display", ""),
    },
    "edit_refused": {
        _FA: ("ویرایش آگهی «{title}» پذیرفته نشد", "آگهی مثل قبل می‌ماند. {reason}"),
        _EN: ("Your edit of “{title}” was refused", "The post goes on as it was. {reason}"),
    },
    "hidden": {
        _FA: (
            "آگهی «{title}» موقتاً نمایش داده نمی‌شود",
            "چند نفر آن را گزارش کرده‌اند. پس از بررسی نتیجه را به شما می‌گوییم.",
        ),
        _EN: (
            "“{title}” is off display for now",
            "Several people reported it. We will look at it and tell you.",
        ),
    },
    "banned": {
        _FA: ("فعلاً نمی‌توانید آگهی ثبت کنید", "{reason}"),
        _EN: ("You may not post for now", "{reason}"),
    },
}

_ENDS: dict[bool, dict[str, tuple[str, str]]] = {
    False: {
        _FA: (
            "نمایش آگهی «{title}» تا یک روز دیگر تمام می‌شود",
            "فروش رفت؟ در صفحهٔ آگهی بگویید، یا آن را تمدید کنید.",
        ),
        _EN: (
            "“{title}” ends within a day",
            "Is it sold? Say so on the post's page, or renew it.",
        ),
    },
    True: {
        _FA: (
            "زمان نمایش آگهی «{title}» تمام شد",
            "اگر فروش نرفته است، تا 30 روز می‌توانید آن را دوباره نمایش دهید.",
        ),
        _EN: (
            "The time of “{title}” is over",
            "If it is not sold, you can put it on display again within 30 days.",
        ),
    },
}

_PHONE: dict[bool, dict[str, tuple[str, str]]] = {
    True: {
        _FA: (
            "«{app}» شمارهٔ تلفن شما را عوض کرد",
            "از این پس با شماره‌ای که به {ending} ختم می‌شود وارد می‌شوید. اگر کار شما نبوده است،"
            " دسترسی این برنامه را پس بگیرید و به پشتیبانی خبر دهید.",
        ),
        _EN: (
            "“{app}” changed your phone number",
            "From now on you sign in with the number that ends in {ending}. If this was not you,"
            " take the app's access back and tell support.",
        ),
    },
    False: {
        _FA: (
            "شمارهٔ تلفن شما عوض شد",
            "از این پس با شماره‌ای که به {ending} ختم می‌شود وارد می‌شوید. اگر کار شما نبوده است،"
            " به پشتیبانی خبر دهید.",
        ),
        _EN: (
            "Your phone number was changed",
            "From now on you sign in with the number that ends in {ending}. If this was not you,"
            " tell support.",
        ),
    },
}

_EVENTS: dict[str, dict[str, tuple[str, str]]] = {
    "failing": {
        _FA: (
            "رویدادهای «{app}» {hours} ساعت است به مقصد نمی‌رسند",
            "رویدادها نگه داشته می‌شوند و باز تلاش می‌کنیم. دلیل هر تلاش در صفحهٔ رویدادها آمده است.",
        ),
        _EN: (
            "Events of “{app}” have not got through for {hours} hours",
            "They are kept and tried again. Why each try failed stands on the page of events.",
        ),
    },
    "failing_for_days": {
        _FA: (
            "ارسال رویدادهای «{app}» متوقف شد",
            "نشانی رویدادها پنج روز پاسخ درستی نداد. رویدادهای تازه نگه داشته می‌شوند تا ارسال را"
            " دوباره روشن کنید.",
        ),
        _EN: (
            "Events of “{app}” are no longer sent",
            "The address took nothing for five days. What happens is kept until you switch sending"
            " on again.",
        ),
    },
    "gone": {
        _FA: (
            "سرور «{app}» گفت دیگر رویداد نمی‌خواهد",
            "نشانی رویدادها با کد 410 پاسخ داد و ارسال متوقف شد. رویدادهای تازه نگه داشته می‌شوند.",
        ),
        _EN: (
            "The server of “{app}” wants no more events",
            "The address answered with 410, so nothing is sent there. What happens is kept.",
        ),
    },
}

_OTHERS: dict[str, dict[str, tuple[str, str]]] = {
    "chat_message": {
        _FA: ("پیام تازه دربارهٔ «{title}»", "{count} پیام خوانده‌نشده در چت دارید."),
        _EN: ("New messages about “{title}”", "Unread in your chats: {count}."),
    },
    "saved_search": {
        _FA: ("{count} آگهی تازه برای «{name}»", "در جست‌وجوهای ذخیره‌شده‌تان ببینید."),
        _EN: ("New posts for “{name}”: {count}", "See them among your saved searches."),
    },
    "key_age": {
        _FA: (
            "کلید «{key}» {days} روزه شد",
            "کلیدهای برنامهٔ «{app}» را دست‌کم هر {days_max} روز عوض کنید. با «چرخش کلید» کلید قبلی"
            " تا وقتی بخواهید کار می‌کند و درخواستی از دست نمی‌رود.",
        ),
        _EN: (
            "The key “{key}” is {days} days old",
            "Change the keys of “{app}” every {days_max} days at least. When you rotate a key, the"
            " old one goes on for as long as you choose, and no call is lost.",
        ),
    },
    "key_expiry": {
        _FA: (
            "کلید «{key}» تا {days} روز دیگر از کار می‌افتد",
            "پیش از آن، کلید برنامهٔ «{app}» را بچرخانید تا درخواست‌هایتان رد نشود.",
        ),
        _EN: (
            "The key “{key}” ends within {days} days",
            "Rotate this key of “{app}” before then, or its calls will be refused.",
        ),
    },
    "token_reuse": {
        _FA: (
            "نشانهٔ نشت توکن در «{app}»",
            "یک کد یا توکن دوبار به کار رفت و دسترسی آن رضایت بسته شد. یا دو پردازهٔ شما از یک توکن"
            " استفاده می‌کنند، یا کسی آن را برداشته است.",
        ),
        _EN: (
            "Sign of a token leak in “{app}”",
            "A code or token was used a second time, so the access of that consent was closed."
            " Either two of your processes use one token, or a stranger holds it.",
        ),
    },
    "business": {
        _FA: (
            "شما به «{business}» اضافه شدید",
            "{by} شما را همکار این کسب‌وکار کرد. اگر آن را نمی‌شناسید، از «کسب‌وکارهای من» خارج شوید.",
        ),
        _EN: (
            "You work for “{business}” now",
            "{by} let you in. If you do not know it, leave it under “My businesses”.",
        ),
    },
    "ticket": {
        _FA: ("به تیکت «{subject}» پاسخ داده شد", "پاسخ را در بخش پشتیبانی بخوانید."),
        _EN: ("Your ticket “{subject}” was answered", "Read the answer among your tickets."),
    },
}

_PLACES = {
    "post_review": "/my-divar/my-posts",
    "post_end": "/my-divar/my-posts",
    "saved_search": "/my-divar/bookmarks/searches",
    "business": "/my-divar/businesses",
    "chat_message": "/chat",
}
"""Where to look when a notice does not know the very page: those of before did not."""

_APPS = "/kenar/management/apps"

"""Where an app's pages begin."""

_PAGE = {
    "phone": "",
    "chat_message": "",
    "post_review": "",
    "saved_search": "",
    "business": "",
    "quota": "permission",
    "key_age": "keys",
    "key_expiry": "keys",
    "token_reuse": "",
    "events": "events",
    "link": "links",
    "ticket": "tickets",
    "app_state": "",
}
"""The part of an app's panel where something can be done about a notice."""


def words_of(notice: Notice, lang: str) -> Words:
    """What a notice says; digits are Latin, as the platform keeps them in its markup."""
    return words(notice.kind, notice.facts, lang)


def words(kind: str, facts: Mapping[str, Any], lang: str) -> Words:
    """The same from its parts. A fact an older notice lacks is left out of the sentence."""
    spoken = _FA if lang == _FA else _EN
    title, text = _template(kind, facts)[spoken]
    filled = _Filled(facts)
    if kind == "link":
        filled["why"] = link_texts.why(facts, spoken)
    return Words(title.format_map(filled), text.format_map(filled).strip())


def path_of(notice: Notice) -> str:
    """The path of the page a notice speaks of, "" when there is none."""
    return path(notice.kind, notice.facts)


def path(kind: str, facts: Mapping[str, Any]) -> str:
    """The same from its parts."""
    if known := str(facts.get("path", "")) or _PLACES.get(kind, ""):
        return known
    slug = str(facts.get("slug", ""))
    return f"{_APPS}/{slug}/{_PAGE.get(kind, '')}".rstrip("/") if slug else ""


def persian_digits(text: str) -> str:
    """The text with Persian digits, for mail, where no font of ours draws them."""
    return text.translate(_DIGITS)


_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def _template(kind: str, facts: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    if kind == "app_state":
        return _STATES[str(facts["state"])]
    if kind == "post_review":
        return _POSTS[str(facts["decided"])]
    if kind == "link":
        return link_texts.LINKS[str(facts["decided"])]
    if kind == "post_end":
        return _ENDS[bool(facts["is_over"])]
    if kind == "phone":
        return _PHONE["app" in facts]
    if kind == "quota":
        return _QUOTA[str(facts["window"]), int(facts["percent"])]
    if kind == "events":
        what = str(facts["what"])
        return _EVENTS["failing_for_days" if what == "failing" and not facts["hours"] else what]
    return _OTHERS[kind]


class _Filled(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return ""
