"""What people see, in order: start, consent, questionnaire, «done»; and the public report."""

import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from inspector import pages, report
from inspector.errors import ConsentNeeded
from inspector.pages import Html
from inspector.server import Answer, Request, Server
from inspector.store import Visit

if TYPE_CHECKING:
    from inspector.kenar import Post, SaveToken

POST_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,16}")
SESSION, LANGUAGE = "inspector_session", "inspector_language"
PICTURE = Path(__file__).parent / "static" / "sheet.png"
SIX_MONTHS_SECONDS = 180 * 24 * 3600


class Person:
    """One request of somebody with a browser: who, in which language, and how to answer."""

    def __init__(self, request: Request, app: Server) -> None:
        self.request, self.app, self.query = request, app, request.query
        cookies = request.cookies
        self.session = cookies.get(SESSION) or secrets.token_urlsafe(32)
        accepted = request.headers.get("Accept-Language", "")
        self.language = pages.language_of(
            request.query.get("lang"), cookies.get(LANGUAGE), accepted
        )

    def show(self, template: str, status: int = 200, **values: object) -> Answer:
        """A page."""
        values.setdefault("back", self.app.config.platform)
        other = {**self.query, "lang": "en" if self.language == "fa" else "fa"}
        switch = f"{self.request.path}?{urlencode(other)}"
        body = pages.page(template, self.language, switch, **values)
        return Answer(status, body, headers=self._cookies())

    def go(self, url: str) -> Answer:
        """Send the browser on."""
        return Answer(303, headers=[("Location", url), *self._cookies()])

    def _cookies(self) -> list[tuple[str, str]]:
        kind = f"; Path=/; HttpOnly; SameSite=Lax; Max-Age={SIX_MONTHS_SECONDS}"
        values = {SESSION: self.session, LANGUAGE: self.language}
        return [("Set-Cookie", f"{name}={value}{kind}") for name, value in values.items()]

    @property
    def post_token(self) -> str:
        """The post this is about; empty when the address names none."""
        token = self.query.get("post_token", "")
        return token if POST_TOKEN.fullmatch(token) else ""

    @property
    def return_url(self) -> str:
        """Where to send the person in the end: a page of the platform, whatever we were told."""
        platform = self.app.config.platform
        url = self.query.get("completion_url") or self.query.get("return_url") or ""
        return url if url.startswith(f"{platform}/") else f"{platform}/completion"

    def visit(self) -> Visit | None:
        """The visit named in the address, if it was begun in this browser and got its consent."""
        visit = self.app.store.visit(self.query.get("visit", ""), self.session)
        return visit if visit and visit.token else None


def start(person: Person) -> Answer:
    """The platform opens this page when somebody picks us, from either side of a post."""
    if not person.post_token:
        return person.show("lost", 400)
    post = person.app.platform.post(person.post_token)
    query = {"post_token": post.token, "completion_url": person.return_url}
    is_viewer = person.query.get("user_side") == "DEMAND"
    found = person.app.store.report(post.token)
    parts = [_part(person, "report_there", token=post.token) if found else ""]
    parts += ["" if found else _part(person, "report_missing")]
    parts += ["" if is_viewer else _part(person, "ask", url=f"/consent?{urlencode(query)}")]
    return person.show(
        "start", post=_card(person, post), parts=Html("".join(parts)), back=person.return_url
    )


def consent(person: Person) -> Answer:
    """Ask the post's owner, on the platform's own page; not again while we hold a token."""
    if not person.post_token:
        return person.show("lost", 400)
    if known := person.app.store.consented(person.session, person.post_token):
        person.app.store.save_return_url(known.state, person.return_url)
        return person.go(f"/questions?visit={known.state}")
    return _ask_consent(person, person.post_token, person.return_url)


def callback(person: Person) -> Answer:
    """The browser is back from the consent page, with a code or without."""
    state, code = person.query.get("state", ""), person.query.get("code")
    visit = person.app.store.visit(state, person.session)
    if visit is None:
        return person.show("stray", 400)
    if visit.token:  # the page was loaded again: a code is good for one use only
        return person.go(f"/questions?visit={state}")
    query = {"post_token": visit.post_token, "completion_url": visit.return_url}
    if not code:
        again = f"/consent?{urlencode(query)}"
        return person.show("denied", again=again, back=visit.return_url)
    token = person.app.platform.redeem(code, visit.verifier)
    person.app.store.save_token(state, token)
    return person.go(f"/questions?visit={state}")


def questions(person: Person) -> Answer:
    """The questionnaire."""
    visit = person.visit()
    if visit is None:
        return person.show("stray", 400)
    try:
        return _questions(person, visit, person.app.platform.post(visit.post_token))
    except ConsentNeeded:
        return _ask_again(person, visit)


def submit(person: Person) -> Answer:
    """The answers: make the report, put it on the post, remember it."""
    app, visit = person.app, person.visit()
    # Browsers say where a form comes from: another site cannot submit ours.
    if visit is None or person.request.headers.get("Origin") != app.config.base_url:
        return person.show("stray", 400)
    post = app.platform.post(visit.post_token)
    form = dict(parse_qsl(person.request.body.decode(errors="replace")))
    made = report.inspect(post.token, report.kind_of(post.category), form)
    try:
        if made is None:
            return _questions(person, visit, post, status=422)
        image_id = app.platform.upload(PICTURE.read_bytes())
        link = f"{app.config.base_url}/report/{post.token}"
        addon = report.addon(made, report_url=link, image_id=image_id)
        app.platform.attach(post.token, addon, visit.token or {}, _saver(app, visit))
    except ConsentNeeded:
        return _ask_again(person, visit)
    app.store.save_report(made)
    return person.go(f"/done?visit={visit.state}")


def done(person: Person) -> Answer:
    """It is on the post; back to the platform."""
    visit = person.visit()
    if visit is None:
        return person.show("stray", 400)
    return person.show("done", token=visit.post_token, back=visit.return_url)


def public_report(person: Person) -> Answer:
    """The report itself, for anybody."""
    token = person.request.path.rpartition("/")[2]
    found = person.app.store.report(token) if POST_TOKEN.fullmatch(token) else None
    if found is None:
        return person.show("no_report", 404)
    rows = [
        _part(person, "answer", title=question["title"][person.language],
              text=choice[person.language], score=str(choice["score"]))
        for question, choice in report.answered(found.kind, found.answers)
    ]  # fmt: skip
    _, fa, en = report.verdict(found.score)
    word = fa if person.language == "fa" else en
    back = f"{person.app.config.platform}/v/{token}"
    rows_html = Html("".join(rows))
    return person.show("report", score=found.score, word=word, rows=rows_html, back=back)


def _ask_consent(person: Person, post_token: str, return_url: str) -> Answer:
    url, state, verifier = person.app.platform.ask_consent(post_token)
    person.app.store.begin(Visit(state, person.session, post_token, return_url, verifier))
    return person.go(url)


def _ask_again(person: Person, visit: Visit) -> Answer:
    """The consent was taken back, or its refresh token is too old."""
    person.app.store.save_token(visit.state, None)
    return _ask_consent(person, visit.post_token, visit.return_url)


def _saver(app: Server, visit: Visit) -> "SaveToken":
    """Keeps what a refresh brings: the old pair of tokens is dead by then."""
    return lambda token: app.store.save_token(visit.state, token)


def _questions(person: Person, visit: Visit, post: "Post", status: int = 200) -> Answer:
    user = person.app.platform.user(visit.token or {}, _saver(person.app, visit))
    kind = report.KINDS[report.kind_of(post.category)]
    return person.show(
        "questions",
        status,
        post=_card(person, post),
        form=pages.form_of(kind["questions"], person.language),
        visit=visit.state,
        phone=f"{user.phone[:4]}•••{user.phone[-4:]}",
        warning=_part(person, "unanswered") if status != 200 else "",
        back=visit.return_url,
    )


def _card(person: Person, post: "Post") -> Html:
    picture = _part(person, "picture", url=post.picture) if post.picture else ""
    return _part(person, "post", title=post.title, picture=picture)


def _part(person: Person, template: str, **values: object) -> Html:
    return pages.render(template, person.language, **values)
