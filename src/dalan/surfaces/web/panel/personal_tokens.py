"""Personal access tokens of Basalam's door: an app's developer lets it into their own account.

Everybody of the team makes and sees their own; nobody sees those of others.
"""

from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import oauth
from dalan.domains.oauth import PersonalToken
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.kernel.text import TextTooLong
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse, Opened

DAY_SECONDS: Final = 86_400
LIVES_DAYS: Final = (30, 90, 366)
"""What an access token's life may be; the last is what Basalam's own have."""

RENEWABLE_FOR: Final = 2
"""A refresh token lives so many times as long, so that there is time to renew."""


@get(f"{APPS_PATH}/{{slug:str}}/tokens")
async def personal_tokens_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """The person's own tokens, the form for another, and once the texts of one just made."""
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        tokens = await _own(tx, opened)
    secret = desk.take_shown_once(visitor, services, _secret_name(opened))
    form = html.Form({"life_days": ["90"]})
    return _page(visitor, opened, tokens, form, secret=secret)


@post(f"{APPS_PATH}/{{slug:str}}/tokens", status_code=200)
async def make_personal_token(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Make a token; it and its refresh token are shown on the page that follows, once."""
    back = desk.path_of(slug, "tokens")
    visitor.require_person(back=back)
    form = await visitor.form()
    _ = visitor.gettext
    life_days = form.whole_number("life_days")
    scopes = form.all("scopes")
    if life_days not in LIVES_DAYS:
        form.fail("life_days", _("Choose one of these."))
    if not scopes:
        form.fail("scopes", _("Choose one permission at least."))
    if not form.raw("title").strip():
        form.fail("title", _("Fill this in."))
    if form.ok:
        access_seconds = (life_days or 0) * DAY_SECONDS
        try:
            async with services.db.write() as tx:
                opened = await desk.opened(tx, visitor, slug)
                issued = await oauth.make_personal_token(
                    tx,
                    keys=services.keys,
                    person_id=opened.person.id,
                    app_id=opened.app.id,
                    title=form.raw("title"),
                    scopes=scopes,
                    access_seconds=access_seconds,
                    refresh_seconds=RENEWABLE_FOR * access_seconds,
                )
                await desk.note(
                    tx,
                    opened,
                    "app.personal_token_made",
                    scopes=sorted(set(scopes)),
                    life_days=life_days,
                )
        except (TextTooLong, oauth.UntitledToken):
            form.fail("title", _("At most %(num)s characters.", num=60))
        except oauth.InvalidScope:
            form.fail("scopes", _("Choose among these."))
        except oauth.TooManyPersonalTokens as error:
            form.fail("", _("At most %(num)s tokens; revoke one first.", num=error.most))
        else:
            texts = f"{issued.access_token}\n{issued.refresh_token}"
            desk.show_once(visitor, services, _secret_name(opened), texts)
            return desk.saved(visitor, back, _("The token is made."))
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        tokens = await _own(tx, opened)
    return _page(visitor, opened, tokens, form, status=422)


@post(f"{APPS_PATH}/{{slug:str}}/tokens/{{token_id:int}}/revoke", status_code=200)
async def revoke_personal_token(
    visitor: NamedDependency[Visitor],
    services: NamedDependency[Services],
    slug: FromPath[str],
    token_id: FromPath[int],
) -> AnyResponse:
    """End a token and its refresh token, at once and for good."""
    back = desk.path_of(slug, "tokens")
    visitor.require_person(back=back)
    await visitor.form()
    _ = visitor.gettext
    try:
        async with services.db.write() as tx:
            opened = await desk.opened(tx, visitor, slug)
            revoked = await oauth.revoke_personal_token(
                tx,
                person_id=opened.person.id,
                app_id=opened.app.id,
                token_id=desk.bounded(token_id),
            )
            if revoked.revoked_at is None:
                await desk.note(
                    tx, opened, "app.personal_token_revoked", scopes=list(revoked.scope_names)
                )
    except oauth.NoSuchPersonalToken:
        return desk.refused(visitor, back, _("There is no such token."))
    return desk.saved(visitor, back, _("The token is revoked; calls with it are refused."))


async def _own(tx: ReadTransaction, opened: Opened) -> list[PersonalToken]:
    return await oauth.personal_tokens(tx, person_id=opened.person.id, app_id=opened.app.id)


def _secret_name(opened: Opened) -> str:
    return f"personal token {opened.app.id}"


def _page(
    visitor: Visitor,
    opened: Opened,
    tokens: list[PersonalToken],
    form: html.Form,
    *,
    secret: str = "",
    status: int = 200,
) -> AnyResponse:
    now = clock.now()
    access_token, _newline, refresh_token = secret.partition("\n")
    scopes = [
        (scope.name, scope.name, scope.label(visitor.lang))
        for scope in oauth.SCOPES_OF["basalam"].values()
        if opened.app.may_ask_scope(scope.name)
    ]
    ngettext = visitor.context().ngettext
    return desk.app_page(
        visitor,
        opened,
        "panel/personal_tokens.html",
        current="tokens",
        status=status,
        form=form,
        access_token=access_token,
        refresh_token=refresh_token,
        live_tokens=[one for one in tokens if one.is_live(now)],
        dead_tokens=[one for one in tokens if not one.is_live(now)],
        scope_options=scopes,
        now=now,
        life_options=[(days, ngettext("%(num)s day", "%(num)s days", days)) for days in LIVES_DAYS],
    )
