"""A person's own corner: the account home, their profile, where they are signed in."""

from typing import Any, cast

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import identity, touchpoints
from dalan.kernel import phone
from dalan.kernel.text import TextTooLong
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor, local_path
from dalan.surfaces.web import starts

AnyResponse = Response[Any]
LANGUAGES = ("fa", "en")
ID_MAX = 2**63 - 1


@get("/my-divar")
async def account_home(
    visitor: NamedDependency[Visitor], has_connected_apps: NamedDependency[bool]
) -> AnyResponse:
    """The ways on from here."""
    person = visitor.require_person()
    async with visitor.services.db.look() as tx:
        offers = await touchpoints.offered(tx, "MY_DIVAR", post=None, person_id=person.id)
    return visitor.page(
        "account/home.html",
        active="account",
        form_action=not offers,  # starting an app leads on to it
        apps=starts.shown_offers(offers, None, visitor.lang),
        person=person,
        phone=phone.national(person.phone),
        has_connected_apps=has_connected_apps,
    )


@get("/my-divar/profile")
async def profile_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Name and language; ``?welcome`` right after the first sign-in."""
    person = visitor.require_person()
    form = html.Form({"name": [person.name], "language": [person.language]})
    return _profile_page(visitor, person, form, "welcome" in visitor.request.query_params)


@post("/my-divar/profile", status_code=200)
async def save_profile(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Keep both, or neither when one of them will not do."""
    services = visitor.services
    person = visitor.require_person(back="/my-divar/profile")
    form = await visitor.form()
    _ = visitor.gettext
    language = form.text("language")
    if language not in LANGUAGES:
        form.fail("language", _("Choose one of the languages."))
    try:
        if form.ok:
            async with services.db.write() as tx:
                await identity.rename(tx, person_id=person.id, name=form.raw("name"))
                await identity.set_language(
                    tx, person_id=person.id, language=cast(identity.Language, language)
                )
    except TextTooLong as error:
        form.fail(
            "name", _("The name may have at most %(longest)s letters.", longest=error.longest)
        )
    if not form.ok:
        return _profile_page(visitor, person, form, form.flag("welcome"), status=422)
    lang: html.i18n.Lang = "en" if language == "en" else "fa"
    visitor.remember_lang(lang)
    _ = html.i18n.translator(lang)  # the page they go on to speaks it already
    flash = html.Flash("success", _("Your profile is saved."))
    back = local_path(form.raw("next"))
    return visitor.see_other(back or "/my-divar", flash=flash)


@get("/my-divar/sessions")
async def sessions_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """Where this person is signed in; the browser that asks is marked."""
    services = visitor.services
    person = visitor.require_person()
    async with services.db.look() as tx:
        sessions = await identity.sessions(tx, person.id)
    sessions.sort(key=lambda one: one.id != visitor.session_id)
    return visitor.page(
        "account/sessions.html", active="account", sessions=sessions, this_id=visitor.session_id
    )


@post("/my-divar/sessions/{session_id:int}/revoke", status_code=200)
async def revoke_session(
    visitor: NamedDependency[Visitor],
    session_id: FromPath[int],
) -> AnyResponse:
    """End one session. One that is gone already, or is not theirs, changes nothing."""
    services = visitor.services
    person = visitor.require_person(back="/my-divar/sessions")
    await visitor.form()
    _ = visitor.gettext
    flash = html.Flash("success", _("That device is signed out."))
    try:
        if not 0 < session_id <= ID_MAX:
            raise identity.NoSuchSession
        async with services.db.write() as tx:
            await identity.revoke_session(tx, person_id=person.id, session_id=session_id)
    except identity.NoSuchSession:
        flash = html.Flash("info", _("That device was signed out already."))
    if session_id == visitor.session_id:
        visitor.leave()
        return visitor.see_other("/", flash=flash)
    return visitor.see_other("/my-divar/sessions", flash=flash)


@post("/my-divar/sessions/revoke-others", status_code=200)
async def revoke_other_sessions(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """End every session but this one."""
    services = visitor.services
    person = visitor.require_person(back="/my-divar/sessions")
    await visitor.form()
    assert visitor.session_id is not None, "a person has a session"
    async with services.db.write() as tx:
        count = await identity.revoke_other_sessions(
            tx, person_id=person.id, kept_session_id=visitor.session_id
        )
    ngettext = html.i18n.plural_translator(visitor.lang)
    words = (
        ngettext(
            "%(num)s other device is signed out.", "%(num)s other devices are signed out.", count
        )
        if count
        else visitor.gettext("You are signed in nowhere else.")
    )
    return visitor.see_other("/my-divar/sessions", flash=html.Flash("success", words))


def _profile_page(
    visitor: Visitor,
    person: identity.Person,
    form: html.Form,
    is_welcome: bool,
    *,
    status: int = 200,
) -> AnyResponse:
    return visitor.page(
        "account/profile.html",
        status=status,
        active="account",
        form=form,
        phone=phone.national(person.phone),
        is_welcome=is_welcome,
        name_length_max=identity.NAME_LENGTH_MAX,
    )
