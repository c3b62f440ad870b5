"""The lines that pages tell to paste, pasted into a shell beside a running platform."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.docs.pages import ROOT, blocks
from tests.factories.media import movie, picture, voice
from tests.platforms import MARYAM, Browser, Platform, forms_of

DALAN = str(Path(sys.executable).with_name("dalan"))
GUIDE = ROOT / "docs/guide/write-an-app.md"
REDIRECT_URI = "http://localhost:9000/callback"


def paste(script: str, home: Path) -> str:
    """What a shell prints, as somebody who stands in the checkout would see it."""
    script = script.replace(".venv/bin/dalan", f"'{DALAN}'").replace("curl ", "curl -sS ")
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "DALAN_HOME": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", ["README.md", "README.fa.md"])
def test_readme_lines_work_when_pasted(platform_server: Platform, name):
    credentials = next(b for b in blocks(ROOT / name, "sh") if "credentials --json" in b)
    calls = [block for block in blocks(ROOT / name, "sh") if block.startswith("curl")]

    answers = [paste(f"{credentials}\n{block}", platform_server.home) for block in calls]

    printed = "".join(answers)
    assert f'"token":"{platform_server.credentials["ids"]["post_token"]}"' in printed
    assert f'"phone_number":"{platform_server.credentials["person"]["phone"]}"' in printed
    assert "{}{}" in printed, "the add-on is put there and taken away"
    assert "x-dalan-hint: rule=developers.missing_key" in answers[-1]
    assert '"code":16' in answers[-1]


@pytest.fixture
def person(platform_server: Platform) -> Iterator[Browser]:
    browser = platform_server.browser(MARYAM)
    yield browser
    browser.close()


def test_the_page_on_writing_an_app_can_be_followed_to_the_end(
    platform_server: Platform, person: Browser
):
    app = register(person)
    post_token = development_post(person)
    setup, post, read, ask, exchange, attach, widget, send, chat = blocks(GUIDE, "sh")
    values = f"""
        BASE={platform_server.base_url} SLUG={app["slug"]}
        SECRET='{app["secret"]}' KEY='{app["key"]}' POST='{post_token}'
    """
    assert all(f"{name}=" in setup + post for name in ("BASE", "SLUG", "SECRET", "KEY", "POST"))

    def follow(block: str, more: str = "") -> str:
        return paste(f"{values}\n{more}\n{block}", platform_server.home)

    assert json.loads(follow(read))["token"] == post_token
    link, verifier = follow(f'{ask}\necho "$VERIFIER"').split()
    code = person.consent(link.removeprefix(platform_server.base_url))["code"]
    exchange = exchange.replace("CODE='…'", f"CODE='{code}'")
    answer = json.loads(follow(exchange, f"VERIFIER='{verifier}'"))
    assert answer["scope"] == f"POST_ADDON_CREATE.{post_token} USER_ID offline_access"
    attach = attach.replace("…the access token…", answer["access_token"])
    assert json.loads(follow(attach)) == {}
    files = {"picture.jpg": picture(), "clip.mp4": movie(), "voice.m4a": voice()}
    for name, data in files.items():
        (platform_server.home / name).write_bytes(data)
    assert "image_name" in follow(widget)
    assert {"photo_url", "video_url"} <= set(re.findall(r'"(\w+)":', follow(send)))
    token = httpx.post(
        f"{platform_server.base_url}/experimental/open-platform/chat/upload",
        headers={"x-api-key": app["key"]},
    ).json()["token"]
    assert json.loads(follow(chat, f"UPLOAD_TOKEN='{token}'"))["status"] == "ok"


def register(person: Browser) -> dict[str, str]:
    """An app with a key and a redirect address, made in the panel."""
    slug, path = "guide-reader", "/kenar/management/apps"
    page = person.submit(person.get(f"{path}/new"), path, display="خواننده", slug=slug)
    secret = secret_on(page if page.status_code == 200 else person.get(f"{path}/{slug}"))
    page = person.get(f"{path}/{slug}/oauth")
    person.submit(page, f"{path}/{slug}/oauth/redirect-uris", uri=REDIRECT_URI)
    page = person.get(f"{path}/{slug}/keys")
    form = next(one for one in forms_of(page.text) if one.action == f"{path}/{slug}/keys")
    names = ["GET_POST", "USER_RETRIEVE", "ADD_ON_CREATE", "ADD_ON_DELETE"]
    names += ["UPLOAD_POST_IMAGE", "CHAT_UPLOAD_MEDIA"]
    chosen = {"title": "راهنما", "life_days": "60", "permissions": names}
    page = person.client.post(form.action, data=form.fields | chosen)
    key = secret_on(page if page.status_code == 200 else person.get(f"{path}/{slug}/keys"))
    return {"slug": slug, "secret": secret, "key": key}


def secret_on(page: httpx.Response) -> str:
    """The secret that a page of the panel shows this once."""
    shown: str = page.text.partition('class="secret-box"')[2]
    assert shown, page.text
    return shown.partition('data-copy="')[2].partition('"')[0]


def development_post(person: Browser) -> str:
    """The token of a new development post, made from a preset."""
    path = "/kenar/management/development-posts"
    before = set(person.own_posts())
    person.submit(person.get(path), path, preset="LIGHT")
    (made,) = set(person.own_posts()) - before
    return made
