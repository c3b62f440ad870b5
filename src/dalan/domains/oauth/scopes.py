"""The permissions an app may ask a person for at Kenar's door: one row for each name.

Labels say what the app will be able to do, in words a person uses, and end without a full stop;
where a scope is about one thing, the consent page shows that thing beside the label.

Source: the Kenar contract's ``OAuthScopeScope`` enum (38 names); lifecycles and risks are ours.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec

Risk = Literal["low", "medium", "high"]
Lifecycle = Literal["EXPERIMENTAL", "ACTIVE", "DEPRECATING_SOON", "DEPRECATED"]
ResourceType = Literal["", "post", "conversation", "business", "app", "chat_triple"]

OFFLINE_ACCESS = "OFFLINE_ACCESS"
OPENID = "OPENID"


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """One permission.

    ``resource``: the type of thing it is about, named after it (``NAME.resource``); empty when
    the scope takes no resource. ``spellings``: other names for it on the wire. ``listed``: the
    contract's enum has it; the others are still served to old apps. ``implies``: names of
    permissions that come with it.
    """

    name: str
    label_fa: str
    label_en: str
    resource: ResourceType = ""
    risk: Risk = "medium"
    lifecycle: Lifecycle = "ACTIVE"
    spellings: tuple[str, ...] = ()
    listed: bool = True
    implies: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The label in ``fa`` or, for anything else, in English."""
        return self.label_fa if language == "fa" else self.label_en


_ALL = (
    Scope(
        name="USER_PHONE",
        label_fa="شمارهٔ موبایل شما را ببیند",
        label_en="See your mobile number",
        risk="high",
    ),
    Scope(
        name="USER_ID",
        label_fa="شما را با شناسه‌ای که فقط برای همین برنامه است بشناسد",
        label_en="Recognise you by an id made for this app only",
        risk="low",
    ),
    Scope(
        name="USER_POSTS_GET",
        label_fa="آگهی‌های شما را ببیند و از تغییرشان باخبر شود",
        label_en="See your posts and learn when they change",
    ),
    Scope(
        name="USER_POSTS_STATS_READ",
        label_fa="آمار بازدید آگهی‌های شما را ببیند",
        label_en="See how often your posts are viewed",
        risk="low",
    ),
    Scope(
        name="USER_POSTS_ADDON_CREATE",
        label_fa="روی همهٔ آگهی‌های شما افزونه بگذارد",
        label_en="Put add-ons on all of your posts",
    ),
    Scope(
        name="USER_ADDON_CREATE",
        label_fa="برای شما افزونه‌ای بسازد که کنار آگهی‌هایتان نمایش داده شود",
        label_en="Make an add-on about you, shown beside your posts",
    ),
    Scope(
        name="USER_VERIFICATION_CREATE",
        label_fa="اطلاعات تأییدشده‌ای دربارهٔ شما ثبت کند",
        label_en="Record verified facts about you",
    ),
    Scope(
        name="USER_BUSINESSES_READ",
        label_fa="کسب‌وکارهای شما و نقشتان در آن‌ها را ببیند",
        label_en="See your businesses and your role in each",
    ),
    Scope(
        name="PRO_USER_PROFILE_IMAGE_READ",
        label_fa="عکس پروفایل حرفه‌ای شما را ببیند",
        label_en="See the picture of your professional profile",
        risk="low",
    ),
    Scope(
        name="USER_SET_CUSTOMIZED_BUTTON",
        label_fa="دکمهٔ دلخواه خود را روی آگهی‌های شما بگذارد",
        label_en="Set a button of its own on your posts",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="POST_ADDON_CREATE",
        resource="post",
        label_fa="روی این آگهی افزونه بگذارد، آن را تغییر دهد یا بردارد",
        label_en="Put an add-on on this post, change it or take it away",
        spellings=("ADDON_USER_APPROVED",),
    ),
    Scope(
        name="POST_SEMANTIC_CREATE",
        resource="post",
        label_fa="مشخصات تکمیلی این آگهی را ثبت کند",
        label_en="Record further facts about this post",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="POST_EDIT",
        resource="post",
        label_fa="این آگهی را ویرایش کند",
        label_en="Edit this post",
        risk="high",
    ),
    Scope(
        name="POST_ONGOING_IMAGES_GET",
        resource="post",
        label_fa="عکس‌های این آگهی را پیش از انتشار ببیند",
        label_en="See the pictures of this post before it is published",
    ),
    Scope(
        name="EDIT_USER_POST",
        label_fa="همهٔ آگهی‌های شما را ویرایش کند",
        label_en="Edit any of your posts",
        risk="high",
    ),
    Scope(
        name="DELETE_USER_POST",
        label_fa="آگهی‌های شما را حذف کند",
        label_en="Delete your posts",
        risk="high",
    ),
    Scope(
        name="SUBMIT_USER_POST",
        label_fa="به نام شما آگهی ثبت و منتشر کند",
        label_en="Submit and publish posts in your name",
        risk="high",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="SUBMIT_USER_PAYMENT",
        label_fa="پرداختی را که در این برنامه انجام داده‌اید گزارش کند",
        label_en="Report a payment you made in this app",
    ),
    Scope(
        name="PAYMENT_ALL_POSTS_PRICING_READ",
        label_fa="قیمت نردبان و تمدید آگهی‌های شما را ببیند",
        label_en="See what promoting your posts costs",
        risk="low",
    ),
    Scope(
        name="PAYMENT_ALL_POSTS_REORDER",
        label_fa="آگهی‌های شما را به هزینهٔ خودِ برنامه نردبان کند",
        label_en="Move your posts to the top, at the app's expense",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="PAYMENT_ALL_POSTS_RENEW",
        label_fa="آگهی‌های شما را به هزینهٔ خودِ برنامه تمدید کند",
        label_en="Renew your posts, at the app's expense",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="PAY_USER_POST_PROMOTION",
        label_fa="هزینهٔ انتشار، نردبان و تمدید آگهی‌ها را از کیف پول شما بپردازد",
        label_en="Pay for publishing and promoting posts from your wallet",
        risk="high",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="CONVERSATION_SEND_MESSAGE",
        resource="conversation",
        label_fa="در این گفت‌وگو از طرف شما پیام بفرستد",
        label_en="Send messages as you in this conversation",
        risk="high",
    ),
    Scope(
        name="CHAT_CONVERSATION_READ",
        resource="conversation",
        label_fa="پیام‌های این گفت‌وگو را بخواند",
        label_en="Read the messages of this conversation",
        risk="high",
    ),
    Scope(
        name="CHAT_POST_CONVERSATIONS_READ",
        resource="post",
        label_fa="پیام‌های تازهٔ گفت‌وگوهای این آگهی را بخواند",
        label_en="Read new messages in the chats of this post",
        risk="high",
        spellings=("CHAT_READ_POST_CONVERSATIONS",),
    ),
    Scope(
        name="CHAT_POST_CONVERSATIONS_MESSAGE_SEND",
        resource="post",
        label_fa="در گفت‌وگوهای این آگهی از طرف شما پیام بفرستد",
        label_en="Send messages as you in the chats of this post",
        risk="high",
        spellings=("CHAT_SEND_MESSAGE_POST_CONVERSATIONS",),
    ),
    Scope(
        name="CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        label_fa="پیام‌های تازهٔ همهٔ گفت‌وگوهایی را که در آن‌ها آگهی‌گذار هستید بخواند",
        label_en="Read new messages in every chat about your posts",
        risk="high",
    ),
    Scope(
        name="CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
        label_fa="در همهٔ گفت‌وگوهایی که آگهی‌گذار هستید از طرف شما پیام بفرستد",
        label_en="Send messages as you in every chat about your posts",
        risk="high",
    ),
    Scope(
        name="CHAT_BOT_USER_MESSAGE_SEND",
        label_fa="ربات این برنامه به شما پیام بدهد",
        label_en="Let the app's bot write to you",
        risk="low",
    ),
    Scope(
        name="CHAT_MESSAGE_SEND",
        resource="chat_triple",
        label_fa="در این گفت‌وگو از طرف شما پیام بفرستد",
        label_en="Send messages as you in this conversation",
        risk="high",
        lifecycle="DEPRECATED",
        spellings=("CHAT_SEND_MESSAGE_OAUTH",),
    ),
    Scope(
        name="BUSINESS_ADDON_CREATE",
        resource="business",
        label_fa="روی همهٔ آگهی‌های این کسب‌وکار افزونه بگذارد",
        label_en="Put an add-on on every post of this business",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="BUSINESS_CREATE_CUSTOMIZED_BUTTON",
        resource="business",
        label_fa="دکمهٔ دلخواه خود را روی آگهی‌های این کسب‌وکار بگذارد",
        label_en="Set a button of its own on every post of this business",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="NOTIFICATION_ACCESS_REVOCATION",
        label_fa="اگر دسترسی‌اش را بردارید باخبر شود",
        label_en="Be told when you take its access away",
        risk="low",
    ),
    Scope(
        name="SEND_EVENT",
        label_fa="برای شما یا دربارهٔ آگهی‌هایتان اعلان بفرستد",
        label_en="Send notices to you or about your posts",
        risk="low",
        lifecycle="DEPRECATED",
    ),
    Scope(
        name="CREATE_WALLET_PAYMENT",
        label_fa="درخواست پرداخت از کیف پول شما بسازد",
        label_en="Ask for payments from your wallet",
        risk="high",
        lifecycle="DEPRECATED",
        listed=False,
    ),
    Scope(
        name="MANAGEMENT_APPS_READ",
        resource="app",
        label_fa="تنظیمات این برنامه را در پنل توسعه‌دهندگان ببیند",
        label_en="See this app's settings in the developers' panel",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name="MANAGEMENT_APPS_WRITE",
        resource="app",
        label_fa="تنظیمات این برنامه را در پنل توسعه‌دهندگان تغییر دهد",
        label_en="Change this app's settings in the developers' panel",
        risk="high",
        lifecycle="EXPERIMENTAL",
    ),
    Scope(
        name=OFFLINE_ACCESS,
        label_fa="وقتی در حال استفاده از آن نیستید هم دسترسی‌اش را نگه دارد",
        label_en="Keep this access while you are not using it",
        spellings=("offline_access",),
    ),
    Scope(
        name=OPENID,
        label_fa="ورود شما را با حساب دالان تأیید کند",
        label_en="Confirm who signed in",
        risk="low",
        lifecycle="EXPERIMENTAL",
        spellings=("openid",),
    ),
)

SCOPES: Mapping[str, Scope] = {scope.name: scope for scope in _ALL}
"""Every permission by its canonical name, in the order the consent page and lists show them."""


def _as_conversation_of_triple(scope: Scope) -> Scope:
    return msgspec.structs.replace(scope, resource="chat_triple")


KNOWN: Mapping[str, Scope] = {
    **SCOPES,
    **{spelling: scope for scope in _ALL for spelling in scope.spellings},
    # The first generation named a conversation by its people and post instead of by its id.
    "CHAT_READ_CONVERSATION": _as_conversation_of_triple(SCOPES["CHAT_CONVERSATION_READ"]),
}
"""Scopes by every name an app may spell them with."""
