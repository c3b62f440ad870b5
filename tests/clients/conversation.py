"""A library's script in Node, and the person whom it sends to the platform's pages.

The other half is ``node/conversation.js``, which says what lines go back and forth.
"""

import json
import shutil
import subprocess
from pathlib import Path
from threading import Timer
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.conftest import IN_CI
from tests.platforms import SARA, Browser, Platform

NODE = Path(__file__).parent / "node"
NODE_MAJOR_MIN = 18
SECONDS_MAX = 120
SCOPE = "openid USER_PHONE offline_access"


def need_node() -> None:
    """Skip, or in CI fail, where Node or the libraries are missing."""
    missing = _missing()
    if missing:
        pytest.fail(missing) if IN_CI else pytest.skip(missing)


def _missing() -> str:
    if shutil.which("node") is None:
        return "Node is not installed"
    if _node_major() < NODE_MAJOR_MIN:
        return f"Node is older than {NODE_MAJOR_MIN}, which the libraries need"
    if not (NODE / "node_modules").is_dir():
        return "the libraries are not installed: run make test, or npm ci in tests/clients/node"
    return ""


def _node_major() -> int:
    told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.lstrip("v").partition(".")[0])


def _command(script: str) -> list[str]:
    # Debian 12 has Node 18, where what the libraries sign and hash with is still behind a flag.
    flags = ["--experimental-global-webcrypto"] if _node_major() < 20 else []
    return ["node", *flags, f"{script}.js"]


def agreeing(browser: Browser, address: str) -> str:
    """Open an authorization link and allow it; the address the app is called back at."""
    page = browser.get(address)
    while page.status_code in (302, 303):
        onward = urljoin(str(page.url), page.headers["location"])
        if not onward.startswith(str(browser.client.base_url)):
            return onward
        page = browser.get(onward)
    assert page.status_code == 200, page.text
    answer = browser.submit(page, "/oauth2/auth", decision="allow")
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def converse(script: str, platform: Platform) -> dict[str, Any]:
    """Run ``node/<script>.js`` as the sample app until it is done; what it got."""
    app = platform.app
    client = {
        "issuer": platform.base_url,
        "client_id": app["slug"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uri"],
        "scope": SCOPE,
    }
    browser = platform.browser(SARA)
    process = subprocess.Popen(
        _command(script), cwd=NODE, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    watchdog = Timer(SECONDS_MAX, process.kill)
    watchdog.start()
    with process:
        try:
            return _answered(process, client, browser)
        finally:
            watchdog.cancel()
            process.kill()
            browser.close()


def _answered(
    process: "subprocess.Popen[str]", client: dict[str, str], browser: Browser
) -> dict[str, Any]:
    saying, hearing, complaining = process.stdin, process.stdout, process.stderr
    assert saying
    assert hearing
    assert complaining
    print(json.dumps(client), file=saying, flush=True)
    for line in hearing:
        told = json.loads(line)
        if "open" in told:
            back = agreeing(browser, told["open"])
            print(json.dumps({"back": back}), file=saying, flush=True)
        elif "failed" in told:
            pytest.fail(told["failed"])
        else:
            done: dict[str, Any] = told["done"]
            return done
    return pytest.fail(f"it ended, or was stopped, without an answer: {complaining.read()}")
