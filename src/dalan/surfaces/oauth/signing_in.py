"""Whether the sign-in behind a request is as fresh as the app asks, and the way to a fresh one.

A request that needs the person to sign in, or to prove once more who they are, leaves for those
pages with a signed mark of when it began. When it comes back, a sign-in younger than the mark is
what was asked for, so that nobody goes round in circles; ``auth_time`` says when it really was.

Source: OpenID Connect Core, 3.1.2.1 (``prompt``, ``max_age``, ``login_hint``, ``ui_locales``).
"""

from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Response

from dalan.domains import oauth
from dalan.kernel import clock, phone
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor, again_url, sign_in_url

MARK: Final = "began"
"""The parameter that carries the mark, behind all of the app's own."""

MARK_SECONDS: Final = 1_800
"""How long signing in may take, and how often the same page may be loaded again meanwhile."""

_PURPOSE: Final = "authorization request began"


def is_needed(visitor: Visitor, asked: oauth.AuthorizationRequest, *, here: str) -> bool:
    """Whether the person has to prove who they are before anything else can happen.

    ``here`` is the path the browser asked for, with its query.
    """
    signed_in_at = visitor.signed_in_at
    if visitor.person is None or signed_in_at is None:
        return True
    age_max = asked.max_age_seconds
    is_old = age_max is not None and clock.now() - signed_in_at > timedelta(seconds=age_max)
    if not is_old and "login" not in asked.prompts:
        return False
    began_at = _began_at(visitor, here)
    return began_at is None or signed_in_at < began_at


def detour(visitor: Visitor, asked: oauth.AuthorizationRequest, *, here: str) -> Response[Any]:
    """Off to sign in, or to prove it once more, and then back to ``here``.

    ``login_hint`` fills in the form of whoever is not signed in, if it is the number of a mobile
    phone. It never changes what the app is answered: else an app could find out a number it was
    not told by guessing.
    """
    back = _marked(visitor, here) if _minds_age(asked) else here
    if visitor.person is not None:
        return visitor.see_other(again_url(back))
    return visitor.see_other(sign_in_url(back, phone=_hinted(asked.login_hint)))


def speak(visitor: Visitor, asked: oauth.AuthorizationRequest) -> None:
    """Answer in the first language of ``ui_locales`` we know, unless the person chose one here."""
    for locale in asked.ui_locales.split():
        lang = locale.partition("-")[0].lower()
        if lang in ("fa", "en"):
            visitor.preferred_lang = html.i18n.choose({html.i18n.LANG_QUERY: lang}, {})
            return


def _minds_age(asked: oauth.AuthorizationRequest) -> bool:
    return "login" in asked.prompts or asked.max_age_seconds is not None


def _marked(visitor: Visitor, here: str) -> str:
    """``here`` with the mark, which is good for this very request."""
    request, _ = _parted(here)
    mark = visitor.services.keys.signed_value(
        clock.now().isoformat(),
        purpose=_PURPOSE,
        expires_at=clock.now() + timedelta(seconds=MARK_SECONDS),
        bound_to=request,
    )
    return f"{request}&{MARK}={mark}"


def _began_at(visitor: Visitor, here: str) -> datetime | None:
    request, mark = _parted(here)
    said = visitor.services.keys.verify_signed(mark, purpose=_PURPOSE, bound_to=request)
    return None if said is None else datetime.fromisoformat(said)


def _parted(here: str) -> tuple[str, str]:
    request, found, mark = here.rpartition(f"&{MARK}=")
    return (request, mark) if found and "&" not in mark else (here, "")


def _hinted(hint: str) -> str:
    try:
        return phone.parse(hint)
    except phone.InvalidPhone:
        return ""
