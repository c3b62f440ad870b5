"""The pytest plugin as newcomers use it, and the platform behind its fixture."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import httpx
import pytest

from dalan.testing import Dalan, Refused, Unplayed, running

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 120

HOLDER = """
import sys
from dalan.testing import running

with running() as dalan:
    print(dalan.base_url, dalan.home.parent, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Worlds of this test run: nothing of ours goes into the cache of whoever runs it."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def platform_of_tests(cache: Path) -> Iterator[Dalan]:
    with running(cache=cache) as dalan:
        yield dalan


def environment(cache: Path) -> dict[str, str]:
    return os.environ | {"DALAN_CACHE": str(cache)}


def test_newcomers_run_the_example(cache):
    plugin = [] if metadata.entry_points(group="pytest11", name="dalan") else ["-p", PLUGIN]

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", "examples/testing"],
        cwd=ROOT,
        env=environment(cache),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert " passed" in ran.stdout


PLUGIN = "dalan.pytest_plugin"
"""Found by its entry point where Dalan was installed since it has one; else it is named."""


def test_modules_beside_the_tests_are_none_of_the_platforms(cache, tmp_path, monkeypatch):
    for name in ("secrets", "queue", "uvicorn"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('of the app')\n")
    monkeypatch.chdir(tmp_path)

    with running(cache=cache) as dalan:
        assert dalan.clock.now


def test_platform_that_tells_another_address_of_itself_is_found(cache):
    told = "https://market.example"

    with running(settings={"DALAN_PUBLIC_BASE_URL": told}, cache=cache) as dalan:
        assert dalan.credentials["base_url"] == told


def test_plugin_loads_nothing_until_it_is_used():
    loads = f"import sys, {PLUGIN}; print([one for one in sys.modules if 'dalan' in one])"

    told = subprocess.run(
        [sys.executable, "-c", loads], capture_output=True, text=True, timeout=60, check=True
    )

    assert told.stdout.strip() == f"['dalan', '{PLUGIN}']"


def test_platform_ends_with_a_test_run_that_was_killed(cache):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env=environment(cache),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        base_url, folder = holder.stdout.readline().split()
        assert httpx.get(f"{base_url}/health/live", timeout=30).status_code == 200

        holder.send_signal(signal.SIGKILL)
        holder.wait(PATIENCE_SECONDS)

    until = time.monotonic() + PATIENCE_SECONDS
    while answers(base_url) or Path(folder).exists():
        assert time.monotonic() < until, "it goes on without anybody"
        time.sleep(0.05)


def answers(base_url: str) -> bool:
    try:
        httpx.get(f"{base_url}/health/live", timeout=30)
    except httpx.TransportError:
        return False
    return True


def test_consent_that_is_refused_says_why(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app, person = dalan.app(), dalan.person()

    with pytest.raises(Refused, match="NO_SUCH_SCOPE") as refused:
        dalan.consent(app, person, "NO_SUCH_SCOPE")

    assert (refused.value.status, refused.value.code) == (400, "oauth.invalid_scope")


def test_code_is_exchanged_by_the_app_itself(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app = dalan.app(redirect_uri="http://127.0.0.1:9/callback")

    address, code = dalan.consent_code(app, dalan.person(), "USER_PHONE", state="mine")

    assert address.startswith("http://127.0.0.1:9/callback?code=")
    exchanged = dalan.client(app).post(
        "/oauth2/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": app.redirect_uri,
            "client_id": app.slug,
            "client_secret": app.client_secret,
        },
    )
    assert exchanged.status == 200, exchanged.text


def test_basalams_door_is_open_too(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app, person = dalan.app(), dalan.person("سارا")

    token = dalan.consent(app, person, "customer.profile.read", door="basalam")

    assert dalan.client(app, token).get("/v1/users/me").status == 200


def test_persona_buys_and_the_app_hears_of_it(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app = dalan.app()

    with pytest.raises(Unplayed, match="nobody asks this person for money"):
        dalan.play("decline", person=dalan.person(), app=app)

    dalan.play({"say": "۱"}, {"say": "۲"}, person=dalan.person(), app=app)
    heard = [dalan.events.wait_for(app=app, timeout=60).data["text"] for _ in range(2)]
    assert heard == ["۱", "۲"]


def test_forged_event_is_refused_by_the_receiver(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app = dalan.app()
    dalan.fault("event_bad_signature", app=app.slug, times=1)

    dalan.play({"say": "سلام"}, person=dalan.person(), app=app)

    until = time.monotonic() + PATIENCE_SECONDS
    while not any(app.slug in one for one in dalan.events.refused):
        assert time.monotonic() < until
        time.sleep(0.01)
    dalan.clear_faults()


def test_fault_is_met_and_every_call_is_in_the_log(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app = dalan.app(scopes=["USER_PHONE"])
    calls = dalan.client(app, dalan.consent(app, dalan.person(), "USER_PHONE"))
    dalan.fault("unavailable", app=app.slug, times=1)

    statuses = [calls.post("/v1/open-platform/users").status for _ in range(2)]

    assert statuses == [503, 200]
    logged = dalan.requests(app=app.slug)
    assert [one["status"] for one in logged] == statuses


def test_time_stands_still_and_goes_on(platform_of_tests: Dalan):
    dalan = platform_of_tests

    still = dalan.freeze()
    assert still.frozen
    assert dalan.clock.now == still.now
    moved = dalan.advance(days=1)
    assert moved.now[:10] > still.now[:10]
    assert not dalan.resume().frozen


def test_whatever_a_test_did_is_undone(platform_of_tests: Dalan):
    dalan = platform_of_tests
    kept = dalan.person("پیش از آن")
    before = dalan.freeze().now
    dalan.fault("unavailable", app=dalan.app().slug, times=0)
    ordered = dalan.console.ask("GET", "faults/rules")

    with dalan.undone():
        app, gone = dalan.app(), dalan.person("در میان آن")
        dalan.consent(app, gone, "USER_PHONE")
        dalan.fault("unavailable")
        dalan.advance(days=40)

    assert dalan.browser(kept).get("/my-divar").status == 200
    with pytest.raises(Refused, match="no_such_person"):
        dalan.sign_in(gone)
    assert dalan.console.ask("GET", "faults/rules") == ordered
    assert dalan.clock.now == before
    dalan.clear_faults()
    dalan.resume()


def test_whoever_acts_does_not_act_on_in_another_world(platform_of_tests: Dalan):
    dalan = platform_of_tests
    app, person = dalan.app(), dalan.person()
    dalan.snapshot("before-acting")

    begun = dalan.begin({"say": "سلام"}, {"pause": 60}, {"say": "؟"}, person=person, app=app)
    dalan.restore("before-acting")

    run = dalan.console.ask("GET", f"personas/runs/{begun['id']}")
    assert (run["state"], run["why"]) == ("stopped", "the world was put back")
    dalan.forget("before-acting")


def test_person_is_signed_in_without_a_code(platform_of_tests: Dalan):
    dalan = platform_of_tests
    person = dalan.person("نگار")

    assert "نگار" in dalan.browser(person).get("/my-divar").text
    assert dalan.browser().get("/my-divar").status == 303


def test_credentials_of_the_furnished_world_are_there(platform_of_tests: Dalan):
    found = platform_of_tests.credentials

    assert found["app"]["slug"] == "inspector"
    assert found["base_url"] == platform_of_tests.base_url
