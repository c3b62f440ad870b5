"""The permissions of Basalam's contract, beside Kenar's: none of them is about one thing.

Labels of writing say that seeing comes with it, for it does.

Source: the scopes of Basalam's documentation and SDKs (basalam.md 2.7); risks and labels are ours.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from dalan.domains.oauth.scopes import Risk, Scope

EVERYTHING = "*"
"""How an app asks for all of them; SDKs do unless told otherwise. Nobody holds it: what is
granted are the names it stood for that day."""


def _scope(name: str, label_fa: str, label_en: str, risk: Risk, *implies: str) -> Scope:
    return Scope(name=name, label_fa=label_fa, label_en=label_en, risk=risk, implies=implies)


_ALL = (
    _scope(
        "customer.profile.read",
        "مشخصات، شمارهٔ موبایل، نشانی‌ها و سابقهٔ خرید شما را ببیند",
        "See your details, mobile number, addresses and what you bought",
        "high",
    ),
    _scope(
        "customer.profile.write",
        "مشخصات و نشانی‌های شما را ببیند و ویرایش کند",
        "See and edit your details and addresses",
        "high",
        "customer.profile.read",
    ),
    _scope(
        "customer.identity.read",
        "حساب‌های بانکی و وضعیت تسویهٔ شما را ببیند",
        "See your bank accounts and settlements",
        "high",
    ),
    _scope(
        "customer.order.read",
        "سبد خرید، خریدها و صورت‌حساب‌های شما را ببیند",
        "See your basket, purchases and invoices",
        "medium",
    ),
    _scope(
        "customer.order.write",
        "خریدهای شما را ببیند و از طرف شما پرداخت کند، لغو کند یا مشکلی گزارش دهد",
        "See your purchases, and pay, cancel or complain about them as you",
        "high",
        "customer.order.read",
    ),
    _scope(
        "customer.wallet.read",
        "موجودی و گردش کیف پول شما را ببیند",
        "See the balance and history of your wallet",
        "medium",
    ),
    _scope(
        "customer.wallet.write",
        "موجودی و گردش کیف پول شما را ببیند و از آن خرج کند",
        "See your wallet and spend from it",
        "high",
        "customer.wallet.read",
    ),
    _scope(
        "customer.chat.read",
        "گفت‌وگوها و پیام‌های شما را بخواند",
        "Read your chats and their messages",
        "high",
    ),
    _scope(
        "customer.chat.write",
        "گفت‌وگوهای شما را بخواند و از طرف شما پیام بفرستد، ویرایش یا حذف کند",
        "Read your chats, and send, edit and delete messages as you",
        "high",
        "customer.chat.read",
    ),
    _scope(
        "vendor.profile.read",
        "اطلاعات عمومی و خصوصی غرفهٔ شما را ببیند",
        "See public and private details of your stall",
        "medium",
        "vendor.shipping.read",
    ),
    _scope(
        "vendor.profile.write",
        "اطلاعات غرفهٔ شما را ببیند و ویرایش کند",
        "See and edit the details of your stall",
        "medium",
        "vendor.profile.read",
        "vendor.shipping.write",
    ),
    _scope(
        "vendor.shipping.read",
        "تنظیمات ارسال غرفهٔ شما را ببیند",
        "See how your stall ships",
        "low",
    ),
    _scope(
        "vendor.shipping.write",
        "تنظیمات ارسال غرفهٔ شما را ببیند و تغییر دهد",
        "See and change how your stall ships",
        "medium",
        "vendor.shipping.read",
    ),
    _scope(
        "vendor.product.read",
        "همهٔ محصولات غرفهٔ شما را، حتی منتشرنشده‌ها، ببیند",
        "See all products of your stall, unpublished ones too",
        "low",
    ),
    _scope(
        "vendor.product.write",
        "محصولات، تخفیف‌ها و قفسه‌های غرفهٔ شما را ببیند، بسازد و ویرایش کند",
        "See, add and edit products, discounts and shelves of your stall",
        "medium",
        "vendor.product.read",
    ),
    _scope(
        "vendor.parcel.read",
        "سفارش‌هایی را که به غرفهٔ شما رسیده ببیند",
        "See the orders your stall received",
        "medium",
    ),
    _scope(
        "vendor.parcel.write",
        "سفارش‌های غرفهٔ شما را ببیند، تأیید و ارسال کند، به تأخیر بیندازد یا لغو کند",
        "See, confirm, ship, delay and cancel orders of your stall",
        "high",
        "vendor.parcel.read",
    ),
    _scope(
        "order-processing",
        "همهٔ سفارش‌های شما، هم خرید و هم فروش، را ببیند و به‌طور کامل مدیریت کند",
        "See and fully manage all your orders, bought and sold",
        "high",
        "customer.order.write",
        "vendor.parcel.write",
    ),
)

BASALAM_SCOPES: Mapping[str, Scope] = {scope.name: scope for scope in _ALL}
"""Every permission by its name, in the order pages show them."""


def _with_descendants(scope: Scope) -> Iterator[str]:
    yield scope.name
    yield from chain.from_iterable(
        _with_descendants(BASALAM_SCOPES[name]) for name in scope.implies
    )


IMPLIERS: Mapping[str, frozenset[str]] = {
    name: frozenset(one.name for one in _ALL if name in _with_descendants(one))
    for name in BASALAM_SCOPES
}
"""For each name, all that bring it, itself too: ``x.write`` for ``x.read``, one step after
another."""
