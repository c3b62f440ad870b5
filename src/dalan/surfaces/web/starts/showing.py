"""Add-ons and offers as pages draw them (``site/_addons.html``, ``site/_touchpoints.html``)."""

from collections.abc import Sequence
from typing import Any
from unicodedata import bidirectional
from urllib.parse import quote

import msgspec

from dalan.domains import addons, media, posts, taxonomy, touchpoints
from dalan.surfaces import html
from dalan.surfaces.html.i18n import Lang, marked

LOGO_SIZE: media.Size = 200
WIDGET_SIZE: media.Size = 600

TAGS: dict[str, tuple[str, str, str]] = {
    "VERIFIED": (marked("Verified"), "success", "verified"),
    "IDENTITY_VERIFIED": (marked("Identity verified"), "success", "verified"),
    "POST_VERIFIED": (marked("Post verified"), "success", "verified"),
    "SECURE_PAYMENT": (marked("Secure payment"), "info", "shield-check"),
    "POST_OWNERSHIP_VERIFIED": (marked("Ownership verified"), "success", "verified"),
    "EXPERT_INSPECTED": (marked("Inspected by an expert"), "info", "check-circle"),
    "CAR_EXPERT_INSPECTED": (marked("Car inspected by an expert"), "info", "check-circle"),
    "HOME_EXPERT_INSPECTED": (marked("Home inspected by an expert"), "info", "check-circle"),
    "MOBILE_EXPERT_INSPECTED": (marked("Phone inspected by an expert"), "info", "check-circle"),
    "ONLINE_RESERVATION": (marked("Online booking"), "info", "calendar"),
}
"""Service tags: what they are called, and how their badge looks."""

BUTTON = "button"
"""Where a widget's number stands in the address of a click, for the post's own button."""

BUTTONS: dict[addons.ButtonType, tuple[str, str]] = {
    "ACCOMMODATION_BOOKING": (marked("Book a stay"), "calendar"),
    "EXTERNAL_PRODUCT_STORE": (marked("See and buy in the shop"), "cart"),
    "RESUME_SUBMISSION": (marked("Send a résumé"), "document"),
    "ONLINE_CALL": (marked("Call online"), "call"),
}
"""What a customized button says and its icon: its type decides, not its app."""


class ShownButton(msgspec.Struct, frozen=True):
    """A customized button. ``link_url``: where it leads by itself; "" when it is posted to
    ``press_url``."""

    label: str
    icon: str
    app_title: str
    app_url: str
    link_url: str
    press_url: str


class ShownAddon(msgspec.Struct, frozen=True):
    """One add-on block. ``tags`` are text, colour and icon of a badge."""

    widgets: list[dict[str, Any]]
    app_title: str
    app_url: str
    logo_url: str
    tags: list[tuple[str, str, str]]
    press_url: str
    query: str

    @property
    def reads_from_right(self) -> bool:
        """Its first letter belongs to a script that is written from the right."""
        for character in _texts(self.widgets):
            if (kind := bidirectional(character)) in ("L", "R", "AL"):
                return kind != "L"
        return False

    def image_url(self, image_id: str) -> str:
        """Where a widget's picture is; "" when the app has no logo, or for what is no picture."""
        if image_id == addons.LOGO:
            return self.logo_url
        return media.path_of(image_id, WIDGET_SIZE) if media.is_name(image_id) else ""

    def action_url(self, index: int) -> str:
        """Where a click of a widget is posted."""
        return f"{self.press_url}/{index}{self.query}"


class ShownOffer(msgspec.Struct, frozen=True):
    """An app to start. ``is_link``: its address opens by itself, in a new tab."""

    title: str
    subtitle: str
    logo_url: str
    profile_url: str
    start_url: str
    is_link: bool
    is_test: bool


class OfferGroup(msgspec.Struct, frozen=True):
    """Apps of one kind of service. ``for_viewer``: offered to those who look at the post."""

    heading: str
    offers: list[ShownOffer]
    for_viewer: bool


def shown_addons(
    blocks: Sequence[addons.Block], post: posts.Post, lang: Lang, *, on_management: bool = False
) -> list[ShownAddon]:
    """The blocks of a page of the post; those without a widget to show are left out."""
    _ = html.i18n.translator(lang)
    return [
        ShownAddon(
            widgets=addons.filled(block.addon.widgets),
            app_title=block.app.display,
            app_url=profile_path(block.app.slug),
            logo_url=_logo_url(block.avatar_name),
            tags=[
                (_(text), kind, icon)
                for text, kind, icon in (TAGS[tag] for tag in block.tags if tag in TAGS)
            ],
            press_url=f"/press/{block.app.slug}/{post.token}",
            query="?from=management" if on_management else "",
        )
        for block in blocks
        if block.addon.widgets
    ]


def shown_button(
    button: addons.ShownButton | None, post: posts.Post, lang: Lang
) -> ShownButton | None:
    """The customized button of the post's page, under its app's name."""
    if button is None:
        return None
    label, icon = BUTTONS[button.type]
    return ShownButton(
        label=html.i18n.gettext(lang, label),
        icon=icon,
        app_title=button.app.display,
        app_url=profile_path(button.app.slug),
        link_url=button.action.open_direct_link or "",
        press_url=f"/press/{button.app.slug}/{post.token}/{BUTTON}",
    )


def shown_offers(
    offers: Sequence[touchpoints.Offer],
    post: posts.Post | None,
    lang: Lang,
    *,
    business_token: str = "",
) -> list[OfferGroup]:
    """Offers under the names of their kinds of service, apps of no stated kind last. ``post`` and
    ``business_token`` are what the page with the offers is about, if it is."""
    _ = html.i18n.translator(lang)
    by_kind: dict[str, list[touchpoints.Offer]] = {}
    for offer in offers:
        by_kind.setdefault(offer.app.service_type or "", []).append(offer)
    names = {option.slug: option.display for option in taxonomy.service_types()}
    order = [kind for kind in names if kind in by_kind]
    order += [kind for kind in by_kind if kind not in names]
    groups = []
    for kind in order:
        shown = [
            ShownOffer(
                title=offer.app.display,
                subtitle=offer.app.subtitle,
                logo_url=_logo_url(offer.avatar_name),
                profile_url=profile_path(offer.app.slug),
                start_url=start_path(offer, post, business_token),
                is_link=offer.operation == "LOAD_WEBVIEW_DIRECT_LINK",
                is_test=offer.app.is_development,
            )
            for offer in by_kind[kind]
        ]
        heading = names.get(kind, _("Other services") if len(order) > 1 else "")
        groups.append(OfferGroup(heading, shown, by_kind[kind][0].place == "DEMAND_POST"))
    return groups


def profile_path(slug: str) -> str:
    """The page that tells who an app is."""
    return f"/apps/{slug}"


def start_path(offer: touchpoints.Offer, post: posts.Post | None, business_token: str = "") -> str:
    """Where starting the app begins: followed as a link or posted as a form."""
    path = f"/start/{offer.place}/{offer.app.slug}"
    if post is not None:
        return f"{path}?post={quote(post.token)}"
    return f"{path}?business={quote(business_token)}" if business_token else path


def _texts(widgets: Sequence[dict[str, Any]]) -> str:
    """What the widgets say, as one text in their order."""
    said = []
    for widget in widgets:
        for data in widget.values():
            for one in (data, *data.get("items", ())):
                said += [one.get(name) or "" for name in ("text", "title", "value", "description")]
    return "".join(said)


def _logo_url(name: str) -> str:
    return media.path_of(name, LOGO_SIZE) if name else ""
