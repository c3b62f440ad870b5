"""The sample app as a stranger meets it, over HTTP: what newcomers copy must be right."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

from tests.conftest import Browse
from tests.platforms import MARYAM, Browser, Platform, forms_of


@pytest.fixture
def app_url(platform_server: Platform) -> str:
    return platform_server.app["redirect_uri"].removesuffix("/oauth/callback")


@pytest.fixture
def visitor(app_url: str) -> Iterator[Browser]:
    """A browser at the app."""
    browser = Browser(app_url)
    yield browser
    browser.close()


@pytest.fixture
def owner(browse: Browse) -> Browser:
    return browse(MARYAM)


@pytest.fixture
def post_token(owner: Browser) -> str:
    return owner.own_posts()[0]


def ask(visitor: Browser, post_token: str) -> str:
    """Press «continue»; answers the consent page's address."""
    answer = visitor.get(f"/consent?post_token={post_token}")
    assert answer.status_code == 303
    return answer.headers["location"]


def come_back(visitor: Browser, owner: Browser, link: str) -> tuple[str, httpx.Response]:
    """Consent, where it is asked for, and follow the redirect; answers its address and what the
    app said."""
    page = owner.get(link)
    if page.status_code == 303:  # the same was agreed to before
        back = page.headers["location"]
    else:
        back = owner.submit(page, "/oauth2/auth", decision="allow").headers["location"]
    return back, visitor.get(back)


def file_report(visitor: Browser, app_url: str, questions_url: str) -> httpx.Response:
    """Choose the first answer of each question."""
    page = visitor.get(questions_url)
    assert page.status_code == 200, page.text
    names = {part.split('"')[0] for part in page.text.split('type="radio" name="')[1:]}
    assert len(names) == 6
    action = forms_of(page.text)[0].action
    answers = dict.fromkeys(names, "0")
    return visitor.client.post(action, data=answers, headers={"Origin": app_url})


def test_expired_token_is_refreshed_and_both_new_tokens_are_kept(
    platform_server: Platform, visitor: Browser, owner: Browser, app_url: str, post_token: str
) -> None:
    _, answer = come_back(visitor, owner, ask(visitor, post_token))
    before = age_token(platform_server, post_token)

    filed = file_report(visitor, app_url, answer.headers["location"])

    assert filed.status_code == 303
    after = token_of(platform_server, post_token)
    assert after["access_token"] != before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]


def test_dead_tokens_lead_to_the_consent_page_again(
    platform_server: Platform, visitor: Browser, owner: Browser, post_token: str
) -> None:
    _, answer = come_back(visitor, owner, ask(visitor, post_token))
    age_token(platform_server, post_token, refresh_token="gone")

    again = visitor.get(answer.headers["location"])

    assert again.status_code == 303
    assert "/oauth2/auth?" in again.headers["location"]


def test_consent_is_not_asked_for_twice(visitor: Browser, owner: Browser, post_token: str) -> None:
    come_back(visitor, owner, ask(visitor, post_token))

    assert ask(visitor, post_token).startswith("/questions?")


def test_callback_loaded_again_redeems_nothing_twice(
    visitor: Browser, owner: Browser, post_token: str
) -> None:
    link, first = come_back(visitor, owner, ask(visitor, post_token))

    again = visitor.get(link)

    assert again.status_code == 303
    assert again.headers["location"] == first.headers["location"]
    assert visitor.get(first.headers["location"]).status_code == 200


def test_state_of_another_browser_is_refused(
    visitor: Browser, owner: Browser, app_url: str, post_token: str
) -> None:
    link = ask(visitor, post_token)
    stranger = Browser(app_url)

    _, answer = come_back(stranger, owner, link)
    stranger.close()

    assert answer.status_code == 400


def test_form_of_another_site_is_refused(visitor: Browser, owner: Browser, post_token: str) -> None:
    _, answer = come_back(visitor, owner, ask(visitor, post_token))

    posted = visitor.client.post(
        answer.headers["location"], data={}, headers={"Origin": "https://evil.example"}
    )

    assert posted.status_code == 400


def test_unanswered_questions_are_asked_again(
    visitor: Browser, owner: Browser, app_url: str, post_token: str
) -> None:
    _, answer = come_back(visitor, owner, ask(visitor, post_token))

    posted = visitor.client.post(
        answer.headers["location"], data={"works": "7"}, headers={"Origin": app_url}
    )

    assert posted.status_code == 422
    assert 'role="alert"' in posted.text


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_completion_url_elsewhere_is_not_believed(
    visitor: Browser, post_token: str, url: str, platform_server: Platform
) -> None:
    page = visitor.client.get("/start", params={"post_token": post_token, "completion_url": url})

    assert f'href="{platform_server.base_url}/completion"' in page.text
    assert f'href="{url}' not in page.text


def test_what_the_address_says_is_escaped(visitor: Browser) -> None:
    page = visitor.client.get("/start", params={"post_token": '"><script>alert(1)</script>'})

    assert page.status_code == 400
    assert "<script" not in page.text


@pytest.mark.parametrize("path", ["/session", "/action", "/events"])
def test_caller_without_the_identification_key_is_refused(visitor: Browser, path: str) -> None:
    without = visitor.client.post(path, json={})
    wrong = visitor.client.post(path, json={}, headers={"Authorization": "Bearer x"})

    assert (without.status_code, wrong.status_code) == (401, 401)


def test_page_follows_the_language_asked_for(visitor: Browser, post_token: str) -> None:
    persian = visitor.get(f"/start?post_token={post_token}")
    english = visitor.get(f"/start?post_token={post_token}&lang=en")
    remembered = visitor.get(f"/start?post_token={post_token}")

    assert 'dir="rtl"' in persian.text
    assert 'dir="ltr"' in english.text
    assert 'dir="ltr"' in remembered.text


def token_of(platform_server: Platform, post_token: str, **changes: object) -> dict[str, object]:
    """The token of the latest visit for a post, in the app's own file; changed when asked to."""
    path = platform_server.home / "inspector" / "inspector-1.sqlite"
    where = "post_token = ? and token is not null order by rowid desc limit 1"
    with closing(sqlite3.connect(path)) as db, db:
        row = db.execute(f"select state, token from visit where {where}", (post_token,)).fetchone()
        token: dict[str, object] = json.loads(row[1])
        if changes:
            changed = json.dumps(token | changes)
            db.execute("update visit set token = ? where state = ?", (changed, row[0]))
    return token


def age_token(platform_server: Platform, post_token: str, **changes: object) -> dict[str, object]:
    """Make the app believe its token expired long ago."""
    return token_of(platform_server, post_token, expires_at=1_000_000_000, **changes)
