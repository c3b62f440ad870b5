"""Who is asking, on which browser: the cookie, the session behind it, and forms that trust both.

A handler takes a ``Visitor`` and answers through it::

    async def settings_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
        person = visitor.require_person()
        return visitor.page("account/profile.html", person=person)

``dependency(services)`` loads it, ``EXCEPTION_HANDLERS`` answers what it raises. Anonymous
visitors get a cookie only where a page shows them a form.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, ClassVar, Final, Literal
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.types import ExceptionHandlersMap

from dalan.domains import chat, identity, operators
from dalan.domains.notices import unread_count
from dalan.errors import Forbidden, Unauthenticated
from dalan.kernel import clock, phone
from dalan.surfaces.html import csrf, forms, i18n, responses, templates
from dalan.surfaces.html.context import Flash, PageContext, Viewer, theme_of
from dalan.surfaces.services import Services

AnyRequest = Request[Any, Any, Any]

SESSION_COOKIE: Final = "dalan_session"
VISIT_COOKIE: Final = "dalan_visit"
FLASH_COOKIE: Final = "dalan_flash"

SIGN_IN_AGAIN_PATH: Final = "/sign-in/again"
"""Where somebody who is signed in proves once more who they are."""

NEXT_LENGTH_MAX: Final = 4_096
FLASH_SECONDS: Final = 300
FLASH_LENGTH_MAX: Final = 400

_NO_WAY_BACK = ("/sign-in", "/sign-in/code", SIGN_IN_AGAIN_PATH, "/sign-out")
"""Pages nobody is led to after signing in: they lead on themselves."""

_PATH_SAFE = "/?#[]@!$&'()*+,;=:%-._~"
_STATE_KEY = "dalan_visitor"


class SignInNeeded(Unauthenticated):
    """The page is for people who are signed in; ``back`` is where they wanted to go."""

    code: ClassVar[str] = "html.sign_in_needed"

    def __init__(self, back: str) -> None:
        super().__init__("sign in first")
        self.back = back


class CsrfRefused(Forbidden):
    """A form came without the token of the browser it was shown to. Nothing was changed."""

    code: ClassVar[str] = "html.csrf_refused"

    def __init__(self) -> None:
        super().__init__("the form does not belong to this browser session")


class Visitor:
    """Whoever sent a request. ``person`` and ``session_id`` are None for the anonymous."""

    def __init__(
        self,
        request: AnyRequest,
        services: Services,
        *,
        presence: identity.Presence | None,
        binding: str,
        is_operator: bool = False,
    ) -> None:
        self.request = request
        self.services = services
        self.person = presence.person if presence else None
        self.session_id = presence.session_id if presence else None
        self.signed_in_at = presence.signed_in_at if presence else None
        self.preferred_lang: i18n.Lang | None = None
        """What whoever sent the browser here thinks its person reads, for this answer alone."""
        self.is_operator = is_operator
        """Whether pages lead this person to ``/admin``; what they may do there is asked there."""
        self.binding = binding
        """What this browser's forms and signed values are bound to; "" before its first form."""
        self.unread_count = 0
        """Notices they have not read, of which the head of every page tells."""
        self.messages_count = 0
        """Messages that wait for them in their chats."""
        self._cookies: dict[str, Cookie] = {}
        self._flashes = self._take_flashes()

    # Who

    def require_person(self, *, back: str = "") -> identity.Person:
        """The person, or ``SignInNeeded``, which leads them to sign in and back again.

        ``back`` is a path of ours; left out, it is this page, or for a form the page it was on.
        """
        if self.person is None:
            raise SignInNeeded(back or self._here())
        return self.person

    @property
    def lang(self) -> i18n.Lang:
        """What the address asks for, what the browser remembers, ``preferred_lang``, what the
        person chose, Persian."""
        query, cookies = self.request.query_params, self.request.cookies
        is_chosen = i18n.LANG_COOKIE in cookies or i18n.asked_for(query)
        if self.preferred_lang is not None and not is_chosen:
            return self.preferred_lang
        if self.person is None or i18n.LANG_COOKIE in cookies or i18n.asked_for(query):
            return i18n.choose(query, cookies)
        return self.person.language

    @property
    def gettext(self) -> Callable[..., str]:
        """``_ = visitor.gettext``; see ``i18n.translator``."""
        return i18n.translator(self.lang)

    def asker(self, purpose: str) -> str:
        """What a one-time code of this browser is bound to: no other browser's, nor another use.

        There is a binding wherever a form was submitted.
        """
        assert self.binding, "the form of this browser was read first"
        return f"{purpose} {self.binding}"

    # Forms

    def csrf_token(self) -> str:
        """A token for a form shown now. A browser we do not know yet is given a cookie first."""
        if not self.binding:
            token = self.services.keys.new_token("pv", "dalan")
            self.binding = _binding_of(self.services.keys.token_mac(token))
            self._keep(VISIT_COOKIE, token, max_age=None)
        return csrf.issue(self._csrf_secret(), self.binding)

    async def form(
        self,
        *,
        size_bytes_max: int = forms.SIZE_BYTES_MAX,
        fields_count_max: int = forms.FIELDS_COUNT_MAX,
    ) -> forms.Form:
        """The submitted form, proven to be one we showed to this browser.

        Raises ``CsrfRefused`` and ``FormUnreadable``; call it before anything is changed.
        """
        form = await forms.read(
            self.request, size_bytes_max=size_bytes_max, fields_count_max=fields_count_max
        )
        token = form.raw(csrf.FIELD) or self.request.headers.get(csrf.HEADER, "")
        if not self.binding or not csrf.verify(self._csrf_secret(), self.binding, token):
            raise CsrfRefused
        if any("\0" in text for texts in form.values.values() for text in texts):
            raise forms.FormUnreadable("a form cannot hold what no database takes")
        return form

    def _csrf_secret(self) -> bytes:
        return self.services.keys.derived_secret("html csrf").encode()

    # Answers

    def context(self, *, active: str = "", forms: bool = False) -> PageContext:
        """What the shell of a page needs. ``forms``: it shows one to the anonymous as well."""
        settings = self.services.settings
        return PageContext(
            lang=self.lang,
            path=self.request.url.path,
            query=self.request.url.query,
            csrf_token=self.csrf_token() if forms or self.person else "",
            person=self._viewer(),
            flashes=self._flashes,
            public_base_url=settings.base_url,
            dev=self.services.dev,
            theme=theme_of(self.request.cookies),
            active=active,
            unread_count=self.unread_count,
            messages_count=self.messages_count,
            clock_is=_clock_of(self.services),
        )

    def page(
        self,
        template: str,
        /,
        *,
        status: int = 200,
        active: str = "",
        forms: bool = False,
        form_action: bool = True,
        public: bool = False,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response[Any]:
        """A rendered page with whatever cookies this visit has earned.

        ``form_action=False`` where a form may lead on to another host (``responses.page``);
        ``public`` where everybody reads much the same and nothing on it is a secret: it travels
        compressed (``responses.packed``).
        """
        html = templates.render(self.context(active=active, forms=forms), template, **values)
        answer = responses.page(
            html, status=status, form_action=form_action, headers=headers, cookies=self.cookies()
        )
        if public:
            return responses.packed(answer, self.request.headers.get("accept-encoding", ""))
        return answer

    def see_other(self, path: str, *, flash: Flash | None = None) -> Response[None]:
        """Go on to ``path``, one of ours; ``flash`` is shown once, there."""
        if flash is not None:
            self._keep(FLASH_COOKIE, self._signed(flash), max_age=FLASH_SECONDS)
        return responses.see_other(path, cookies=self.cookies(flash_was_shown=False))

    def error_page(
        self, status: int, title: str, text: str, actions: tuple[responses.Action, ...] = ()
    ) -> Response[str]:
        """A page that says what went wrong."""
        answer = responses.error_page(self.context(), status, title, text, actions)
        answer.cookies.extend(self.cookies())
        return answer

    def cookies(self, *, flash_was_shown: bool = True) -> list[Cookie]:
        """What the answer must set; for answers that are not made by this object."""
        query = self.request.query_params
        if asked := i18n.asked_for(query):
            remembered = responses.remember(
                i18n.LANG_COOKIE, asked, secure=self.services.settings.secure
            )
            self._cookies.setdefault(i18n.LANG_COOKIE, remembered)
        if flash_was_shown and self._cookie_name(FLASH_COOKIE) in self.request.cookies:
            self._forget(FLASH_COOKIE)
        return list(self._cookies.values())

    # Signing in and out

    def enter(self, opened: identity.OpenedSession) -> None:
        """The browser is signed in from the next request on; its anonymous cookie goes."""
        self._keep(SESSION_COOKIE, opened.token, max_age=self.services.settings.session_seconds)
        self._forget(VISIT_COOKIE)

    def leave(self) -> None:
        """The browser forgets its session."""
        self._forget(SESSION_COOKIE)
        self._forget(VISIT_COOKIE)

    def remember_lang(self, lang: i18n.Lang) -> None:
        """Speak ``lang`` to this browser from now on."""
        secure = self.services.settings.secure
        self._cookies[i18n.LANG_COOKIE] = responses.remember(i18n.LANG_COOKIE, lang, secure=secure)

    def keep_signed(self, name: str, value: str, *, purpose: str, seconds: int) -> None:
        """A cookie this browser carries for us: readable by it, of no use to any other."""
        signed = self.services.keys.signed_value(
            value,
            purpose=purpose,
            expires_at=clock.now() + timedelta(seconds=seconds),
            bound_to=self.binding,
        )
        self._keep(name, signed, max_age=seconds)

    def signed(self, name: str, *, purpose: str) -> str | None:
        """What ``keep_signed`` put there, unless it was changed, has expired or is another's."""
        text = self.request.cookies.get(self._cookie_name(name), "")
        if not text:
            return None
        return self.services.keys.verify_signed(text, purpose=purpose, bound_to=self.binding)

    def forget(self, name: str) -> None:
        """Take a ``keep_signed`` cookie away."""
        self._forget(name)

    # Cookies

    def _keep(self, name: str, value: str, *, max_age: int | None) -> None:
        self._cookies[name] = Cookie(
            key=self._cookie_name(name),
            value=value,
            max_age=max_age,
            path="/",
            secure=self.services.settings.secure,
            httponly=True,
            samesite="lax",
        )

    def _forget(self, name: str) -> None:
        self._keep(name, "", max_age=0)

    def _cookie_name(self, name: str) -> str:
        return cookie_name(name, secure=self.services.settings.secure)

    def _viewer(self) -> Viewer | None:
        if self.person is None:
            return None
        _ = self.gettext
        name = self.person.name or _("Dalan user")
        return Viewer(
            name=name, phone=phone.masked(self.person.phone), is_operator=self.is_operator
        )

    def _here(self) -> str:
        if self.request.method in ("GET", "HEAD"):
            url = self.request.url
            return f"{url.path}?{url.query}" if url.query else url.path
        return _page_before(self.request)

    def _signed(self, flash: Flash) -> str:
        text = msgspec.json.encode([flash.kind, flash.text[:FLASH_LENGTH_MAX]]).decode()
        return self.services.keys.signed_value(
            text, purpose="flash", expires_at=clock.now() + timedelta(seconds=FLASH_SECONDS)
        )

    def _take_flashes(self) -> tuple[Flash, ...]:
        text = self.request.cookies.get(self._cookie_name(FLASH_COOKIE), "")
        shown = self.services.keys.verify_signed(text, purpose="flash") if text else None
        if shown is None:
            return ()
        kind, words = msgspec.json.decode(shown)
        return (Flash(kind, words),)


def dependency(services: Services) -> Callable[[AnyRequest], Awaitable[Visitor]]:
    """What ``Provide`` takes to give handlers their ``Visitor``. A path that holds what no
    database takes is nobody's page."""

    async def visitor(request: AnyRequest) -> Visitor:
        if "\0" in request.scope["path"]:
            raise NotFoundException
        return await load(request, services)

    return visitor


async def load(request: AnyRequest, services: Services) -> Visitor:
    """Who sent this request: three small statements for a browser that claims a session, none
    otherwise.

    At most once in five minutes the session's life is prolonged, and its cookie's with it.
    """
    secure = services.settings.secure
    token = request.cookies.get(cookie_name(SESSION_COOKIE, secure=secure), "")
    mac = services.keys.token_mac(token) if token else None
    presence, is_operator, unread, messages_count = None, False, 0, 0
    if mac is not None:
        async with services.db.look() as tx:
            presence = await identity.session(tx, mac)
            if presence is not None:
                is_operator = await operators.operator(tx, presence.person.id) is not None
                messages_count = await chat.unread_count(tx, presence.person.id)
                unread = await unread_count(tx, presence.person.id)
    if presence is None:
        visit = request.cookies.get(cookie_name(VISIT_COOKIE, secure=secure), "")
        mac = services.keys.token_mac(visit) if visit else None
    visitor = Visitor(
        request, services, presence=presence, binding=_binding_of(mac), is_operator=is_operator
    )
    visitor.messages_count = messages_count
    if presence is not None and identity.is_touch_due(presence):
        seconds = services.settings.session_seconds
        async with services.db.write() as tx:
            await identity.touch_session(
                tx, session_id=presence.session_id, session_seconds=seconds
            )
        visitor._keep(SESSION_COOKIE, token, max_age=seconds)
    visitor.unread_count = unread
    request.scope["state"][_STATE_KEY] = visitor
    return visitor


def visitor_of(request: AnyRequest) -> Visitor | None:
    """The visitor that was loaded for this request, for exception handlers."""
    found = request.scope.get("state", {}).get(_STATE_KEY)
    return found if isinstance(found, Visitor) else None


def stranger(request: AnyRequest, services: Services) -> Visitor:
    """The visitor as far as is known without asking the database.

    For exception handlers, which Litestar does not await: whoever was loaded for this request,
    or somebody anonymous where a path or method was refused before any handler.
    """
    return visitor_of(request) or Visitor(request, services, presence=None, binding="")


def cookie_name(name: str, *, secure: bool) -> str:
    """Under https the ``__Host-`` prefix keeps other hosts from planting a cookie of that name."""
    return f"__Host-{name}" if secure else name


def local_path(text: str) -> str | None:
    """``text`` as a path of this site, safe to redirect to; None when it could lead elsewhere."""
    if len(text) > NEXT_LENGTH_MAX or not text.startswith("/") or text.startswith("//"):
        return None
    # Browsers take a backslash for a slash and drop tabs and line ends.
    if "\\" in text or any(character <= " " or character == "\x7f" for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or parts.path in _NO_WAY_BACK:
        return None
    return quote(text, safe=_PATH_SAFE, errors="replace")


def sign_in_url(back: str, *, phone: str = "") -> str:
    """Where to sign in and then come ``back``, if that is a path of ours; ``phone``: the number
    to begin with."""
    path = local_path(back)
    given = ({"next": path} if path else {}) | ({"phone": phone} if phone else {})
    return f"/sign-in?{urlencode(given)}" if given else "/sign-in"


def again_url(back: str, *, sent: bool = False) -> str:
    """Where somebody who is signed in proves it once more and then comes ``back``."""
    path = local_path(back)
    given = ({"next": path} if path else {}) | ({"sent": "1"} if sent else {})
    return f"{SIGN_IN_AGAIN_PATH}?{urlencode(given)}" if given else SIGN_IN_AGAIN_PATH


def _sign_in_needed(_: AnyRequest, error: SignInNeeded) -> Response[None]:
    return responses.see_other(sign_in_url(error.back))


def _csrf_refused(request: AnyRequest, error: CsrfRefused) -> Response[str]:  # noqa: ARG001 (Litestar gives it)
    context = _context_of(request)
    _ = context.gettext
    return responses.error_page(
        context,
        403,
        _("This form is no longer valid"),
        _("Nothing was changed. Go back, reload the page and send the form once more."),
        [responses.Action(_("Back to the page"), _page_before(request) or "/")],
    )


def _form_unreadable(request: AnyRequest, error: forms.FormUnreadable) -> Response[str]:  # noqa: ARG001 (Litestar gives it)
    context = _context_of(request)
    _ = context.gettext
    return responses.error_page(
        context,
        400,
        _("This form could not be read"),
        _("It is too large or was damaged on its way. Nothing was changed."),
        [responses.Action(_("Back to the page"), _page_before(request) or "/")],
    )


def _context_of(request: AnyRequest) -> PageContext:
    visitor = visitor_of(request)
    return visitor.context() if visitor else PageContext(path=request.url.path)


def _page_before(request: AnyRequest) -> str:
    """The page of ours that a form was sent from, as far as the browser tells; else ""."""
    referer = urlsplit(request.headers.get("referer", ""))
    if not referer.netloc or referer.netloc != request.headers.get("host"):
        return ""
    return local_path(f"{referer.path}?{referer.query}" if referer.query else referer.path) or ""


def _binding_of(mac: bytes | None) -> str:
    return mac.hex() if mac else ""


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    SignInNeeded: _sign_in_needed,
    CsrfRefused: _csrf_refused,
    forms.FormUnreadable: _form_unreadable,
}
"""What surfaces that show pages answer when a ``Visitor`` raises; any router may take it."""


def _clock_of(services: Services) -> Literal["", "moved", "frozen"]:
    """Whether a dev world's clock says something else than the machine's."""
    if services.workshop is None:
        return ""
    state = services.workshop.clock.state
    return "frozen" if state.is_frozen else "moved" if state.is_moved else ""
