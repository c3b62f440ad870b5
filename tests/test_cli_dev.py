"""``dalan dev`` when things do not go well: killed, started twice, without its database."""

import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.platforms import DALAN, Platform, running_platform

GONE_SECONDS_MAX = 30


def dalan_dev(home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    given = {f"DALAN_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [*DALAN, "dev", "--port", "0", "--home", str(home)],
        env={"PATH": os.environ["PATH"], **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def app_port_of(platform: Platform) -> int:
    port = urlsplit(platform.app["redirect_uri"]).port
    assert port is not None
    return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(listening: bool, port: int) -> None:
    until = time.monotonic() + GONE_SECONDS_MAX
    while is_listening(port) is not listening:
        assert time.monotonic() < until, f"port {port}: listening is not {listening}"
        time.sleep(0.05)


def test_world_is_kept_to_one_process_and_leaves_no_orphan_when_killed(tmp_path):
    home = tmp_path / "home"
    with running_platform(home, posts_count=3, with_sample=True) as platform:
        app_port = app_port_of(platform)
        wait_until(True, app_port)

        second = dalan_dev(home)
        assert second.returncode == 2
        assert platform.base_url in second.stderr
        assert (home / "address").exists()

        os.kill(platform.process_id, signal.SIGKILL)
        wait_until(False, app_port)

    (home / "ready").unlink()
    with running_platform(home, posts_count=3, with_sample=True) as again:
        assert httpx.get(again.base_url, timeout=60).status_code == 200
        app_port = app_port_of(again)
        wait_until(True, app_port)
    assert "Fatal" not in (home / "output").read_text()
    assert not is_listening(app_port)


def test_database_that_cannot_be_reached_is_one_line(tmp_path):
    ended = dalan_dev(tmp_path / "home", database_url="postgresql://nobody@127.0.0.1:1/none")

    assert ended.returncode == 1
    assert ended.stderr == "Error: the database cannot be reached\n"


@pytest.mark.parametrize("count", ["a port", "0"])
def test_setting_that_does_not_fit_is_named(tmp_path, count):
    ended = dalan_dev(tmp_path / "home", database_connections_max=count)

    assert ended.returncode == 2
    assert "DALAN_DATABASE_CONNECTIONS_MAX" in ended.stderr


@pytest.mark.parametrize("command", [["credentials"], ["admin", "apps", "list"]])
def test_command_beside_no_world_says_so_and_makes_none(tmp_path, command):
    home = tmp_path / "nowhere"
    environment = {"PATH": os.environ["PATH"], "DALAN_HOME": str(home)}

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*DALAN, *command],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    nowhere = run()
    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith("Error: there is no world at")
    assert not home.exists() or not list(home.glob("*.db"))

    home.mkdir(exist_ok=True)
    (home / "dalan.db").touch()
    empty = run()
    assert empty.returncode == 1
    assert "Traceback" not in empty.stderr
