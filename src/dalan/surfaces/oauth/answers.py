"""How a browser leaves the authorization endpoint: back to the app, or stopped by a page of ours.

Source: RFC 6749, 4.1.2 and 4.1.2.1; RFC 9207 (``iss``); basalam.md 2.2.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from litestar import Response

from dalan.domains import oauth
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.oauth.parameters import QUERY_LENGTH_MAX, with_parameters

DENIED: Final = oauth.Refusal("access_denied", "the person did not agree")
NO_STANDING: Final = oauth.Refusal("access_denied", "the person cannot give this access")
LOGIN_REQUIRED: Final = oauth.Refusal("login_required", "nobody is signed in")
CONSENT_REQUIRED: Final = oauth.Refusal("consent_required", "the person has to be asked")
INTERACTION_REQUIRED: Final = oauth.Refusal(
    "interaction_required", "the person has to see that this access is not theirs to give"
)
TOO_LONG: Final = oauth.Refusal(
    "invalid_request", f"the request is longer than {QUERY_LENGTH_MAX} characters"
)

_BACK_STATUS: Final[dict[oauth.Door, int]] = {"kenar": 303, "basalam": 302}
"""RFC 9700, 4.12 asks for 303; Basalam's contract has 302, which browsers follow alike."""


def granted(
    visitor: Visitor, checked: oauth.Authorization, asked: oauth.AuthorizationRequest, code: str
) -> Response[Any]:
    """Back to the app with its code. Kenar's apps are also told what it stands for."""
    answer = {"code": code}
    if checked.door == "kenar":
        answer["scope"] = oauth.spelled(checked.asked)
    return back(visitor, checked.door, _answer_url(visitor, checked, asked, answer))


def refuse(
    visitor: Visitor,
    checked: oauth.Authorization | oauth.Refused,
    asked: oauth.AuthorizationRequest,
    refusal: oauth.Refusal,
) -> Response[Any]:
    """Back to the app with what is wrong."""
    return back(visitor, checked.door, _refusal_url(visitor, checked, asked, refusal))


def back(visitor: Visitor, door: oauth.Door, url: str) -> Response[Any]:
    """The browser leaves us for ``url``, with GET, whatever it came with."""
    return Response(
        b"", status_code=_BACK_STATUS[door], media_type="text/plain", headers={"location": url},
        cookies=visitor.cookies(),
    )  # fmt: skip


def no_standing(
    visitor: Visitor,
    checked: oauth.Authorization,
    asked: oauth.AuthorizationRequest,
    standings: Sequence[oauth.Standing],
) -> Response[Any]:
    """A page that says which way the access is not this person's to give, or not to this app."""
    _ = visitor.gettext
    name = checked.app.display
    missing = next(one for one in standings if not (one.stands and one.fits))
    if missing.stands:
        title = _("This app is still in development")
        text = _(
            "«%(name)s» may work with development posts only, and this is not one of them."
            " Nothing was shared.",
            name=name,
        )
    else:
        title = _("This access is not yours to give")
        text = _(
            "«%(name)s» asks for something of another account, or something that no longer"
            " exists. If it is yours, sign in with the account it belongs to. Nothing was shared.",
            name=name,
        )
    url = _refusal_url(visitor, checked, asked, NO_STANDING)
    return visitor.error_page(
        403, title, text, (html.Action(_("Back to %(name)s", name=name), url),)
    )


def stale(visitor: Visitor) -> Response[Any]:
    """A page for a form that was open too long, or shows an app that has changed since."""
    _ = visitor.gettext
    return visitor.error_page(
        400,
        _("This page is too old"),
        _("Nothing was shared. Go back to the app and begin once more."),
    )


def _refusal_url(
    visitor: Visitor,
    checked: oauth.Authorization | oauth.Refused,
    asked: oauth.AuthorizationRequest,
    refusal: oauth.Refusal,
) -> str:
    answer = {"error": refusal.error, "error_description": refusal.description}
    if asked.state is not None and len(asked.state) > oauth.STATE_LENGTH_MAX:
        asked = msgspec.structs.replace(asked, state=None)
    return _answer_url(visitor, checked, asked, answer)


def _answer_url(
    visitor: Visitor,
    checked: oauth.Authorization | oauth.Refused,
    asked: oauth.AuthorizationRequest,
    answer: dict[str, str],
) -> str:
    if asked.state is not None:
        answer = answer | {"state": asked.state}
    if checked.door == "kenar":
        answer = answer | {"iss": visitor.services.settings.base_url}
    return with_parameters(checked.redirect_uri, answer)
