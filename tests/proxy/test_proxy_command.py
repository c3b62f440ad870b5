"""``dalan proxy``: what it runs, what it says, and how it ends."""

import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509

from dalan.kernel import clock
from dalan.kernel.clock import ClockState
from dalan.kernel.clock_file import ClockFile
from tests.platforms import DALAN, STOP_SECONDS_MAX, Platform, running_platform
from tests.proxy.conftest import environment_of, running_proxy

SECONDS_MAX = 120


def dalan_proxy(
    home: Path, *words: str, typed: str = "", umask: int = -1
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DALAN, "proxy", *words],
        env=environment_of(home),
        input=typed,
        umask=umask,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -KILL $$"], 128 + signal.SIGKILL),
        (["there-is-no-such-command"], 127),
        ([__file__], 126),
    ],
    ids=["exit", "killed", "not found", "not runnable"],
)
def test_exit_code_of_the_command_is_passed_on(platform_server: Platform, words, code):
    ended = dalan_proxy(platform_server.home, "--", *words)

    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert bool(ended.stderr) == (code in (126, 127))


def test_command_keeps_its_arguments_its_input_and_its_umask(platform_server: Platform):
    script = "umask; cat; echo $0 $1"

    ended = dalan_proxy(
        platform_server.home, "sh", "-c", script, "--port", "x y", typed="typed\n", umask=0o027
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "0027\ntyped\n--port x y\n"


def test_request_to_stop_reaches_the_command(platform_server: Platform):
    script = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        "print('ready', flush=True)\n"
        f"time.sleep({SECONDS_MAX})"
    )
    process = subprocess.Popen(
        [*DALAN, "proxy", "--", sys.executable, "-c", script],
        env=environment_of(platform_server.home),
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGTERM)
            assert process.wait(SECONDS_MAX) == 5
        finally:
            process.kill()


def test_shell_is_told_what_to_set_for_the_proxy_that_runs(platform_server: Platform):
    home = platform_server.home
    with running_proxy(home) as url:
        printed = dalan_proxy(home, "--print-env")
        script = f'{printed.stdout}\nprintf "%s %s" "$https_proxy" "$SSL_CERT_FILE"'
        said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
        greeting = (home / "proxy-output").read_text()

    for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        (line,) = (line for line in printed.stdout.splitlines() if line[7:].startswith(f"{name}="))
        assert line.removeprefix("export ") in greeting
    assert (printed.returncode, printed.stderr) == (0, "")
    assert said.stdout == f"{url} {(home / 'authority' / 'bundle.pem').resolve()}"
    gone = dalan_proxy(home, "--print-env")
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "no proxy runs" in gone.stderr


@pytest.mark.parametrize("days", [-400, 400])
def test_certificates_are_of_the_machines_time_whatever_the_world_shows(tmp_path: Path, days: int):
    machine = clock.machine()
    moved = ClockState(machine + timedelta(days=days), machine, is_frozen=True)
    ClockFile(tmp_path / "clock.json").write(moved)
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        (tmp_path / "proxy").write_text(f"http://127.0.0.1:{proxy.getsockname()[1]}\n")

        printed = dalan_proxy(tmp_path, "--print-env")

    assert printed.returncode == 0, printed.stderr
    root = x509.load_pem_x509_certificate((tmp_path / "authority" / "root.pem").read_bytes())
    assert root.not_valid_before_utc < clock.machine() < root.not_valid_after_utc


def test_proxy_beside_no_world_says_so(tmp_path: Path):
    ended = dalan_proxy(tmp_path / "home", "--", "true")

    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: No dev world runs in ")
    assert not (tmp_path / "home" / "authority").exists()


@pytest.mark.slow
def test_nobody_is_led_to_a_real_world(tmp_path: Path):
    real, home = tmp_path / "real", tmp_path / "home"
    environment = environment_of(real) | {
        "DALAN_SECRET": "x7Kq-3mZp_9Rw2Vt8Ly4Nb6Jc1Hd5Gf0S",
        "DALAN_CODE_SENDER_URL": "http://127.0.0.1:1/send",
    }
    subprocess.run([*DALAN, "migrate"], env=environment, check=True, capture_output=True)
    home.mkdir()
    with serving_for_real(environment, tmp_path / "ready") as url:
        (home / "loopback").write_text(url)  # left by a dev world that was killed, say

        ended = dalan_proxy(home, "--", "true")

    assert ended.returncode == 1
    assert "is no dev world" in ended.stderr


@contextmanager
def serving_for_real(environment: dict[str, str], ready: Path) -> Iterator[str]:
    """``dalan serve`` on a free port: its address."""
    process = subprocess.Popen(
        [*DALAN, "serve", "--port", "0", "--ready-file", str(ready)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + SECONDS_MAX
        while not ready.exists():
            assert process.poll() is None, "it did not start"
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.05)
        yield ready.read_text().strip()
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def test_port_that_is_taken_is_named(platform_server: Platform):
    port = str(httpx.URL(platform_server.base_url).port)

    ended = dalan_proxy(platform_server.home, "--port", port)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Error: cannot listen on 127.0.0.1:{port}: ")


@pytest.mark.parametrize("words", [["--print-env", "--port", "1"], ["--print-env", "--", "true"]])
def test_print_env_goes_alone(tmp_path: Path, words: list[str]):
    assert dalan_proxy(tmp_path, *words).returncode == 2


def test_everything_of_the_authority_is_its_owners_alone(platform_server: Platform):
    home = platform_server.home
    assert dalan_proxy(home, "--", "true", umask=0o000).returncode == 0

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in (home / "authority").iterdir()
    }
    assert set(modes) == {"bundle.pem", "lock", "root.pem", "signing.pem"}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE((home / "authority").stat().st_mode) == 0o700


@pytest.mark.slow
def test_platform_that_is_killed_is_told_of_until_it_is_back(tmp_path: Path):
    home = tmp_path / "home"

    def status(url: str) -> str:
        trusted = ssl.create_default_context(cafile=home / "authority" / "root.pem")
        try:
            with httpx.Client(proxy=proxy_url, verify=trusted, timeout=60) as client:
                return str(client.get(url).status_code)
        except httpx.ProxyError as error:
            return str(error)

    with (
        running_platform(home, posts_count=1, with_sample=False) as platform,
        running_proxy(home) as proxy_url,
    ):
        assert status("https://auth.basalam.com/whoami") == "401"

        os.kill(platform.process_id, signal.SIGKILL)
        os.waitpid(platform.process_id, 0)
        assert status("https://auth.basalam.com/whoami") == "502 Dalan does not answer"
        assert status("http://divar.ir/") == "502"

        (home / "ready").unlink()
        with running_platform(home, posts_count=1, with_sample=False):
            assert status("https://auth.basalam.com/whoami") == "401"
        assert status("https://auth.basalam.com/whoami") == "502 No dev world runs"
