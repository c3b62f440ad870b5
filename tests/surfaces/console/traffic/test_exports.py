"""A span of the log taken away: it runs again, and holds no secret."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dalan.surfaces.console.traffic.exchange import Exchange, Side
from dalan.surfaces.console.traffic.exports import FORMATS, curl, replay
from dalan.surfaces.console.traffic.veil import Veil
from tests.surfaces.console.traffic.conftest import Scene

POSTS = "/v1/open-platform/finder/post"
VEIL = Veil("a secret of the tests, long enough to be one")
JSON = ("content-type", "application/json")
HOSTILE = "'; touch owned; echo \"$(touch owned)` \\ \n '''\"\"\" {x} % é"


def exchange(number: int, **given: Any) -> Exchange:
    made: dict[str, Any] = {
        "id": number, "direction": "in", "at": datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
        "method": "GET", "address": "/v1/things", "request": Side(), "answer": Side(),
        "status": 200,
    }  # fmt: skip
    return Exchange(**(made | given))


class Server:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("content-length", "0"))
                body = self.rfile.read(size)
                server.asked.append((self.command, self.path, dict(self.headers), body))
                given = b'{"access_token": "the-new-one"}'
                self.send_response(200 if "teapot" not in self.path else 418)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(given)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(given)

            do_GET = do_POST = do_HEAD = do_DELETE = answer  # noqa: N815 (the library's names)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def run_pytest(text: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_requests.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_requests.py"]
    return run(command, folder, **environment)


def hostile_exchanges() -> list[Exchange]:
    mark = VEIL.mark("access_token", "the-secret")
    return [
        exchange(
            1,
            method="POST",
            address="/v1/a%20b?x='$(touch%20owned)'&y[]=1",
            request=Side([("x-hostile", HOSTILE.replace("\n", "")), JSON], HOSTILE, "text", 50),
            operation=HOSTILE,
        ),
        exchange(2, request=Side([("authorization", f"Bearer {mark}"), ("x-empty", "")])),
        exchange(3, address="/teapot", status=418, method="DELETE"),
        exchange(4, method="HEAD"),
    ]


def test_shell_script_makes_the_same_requests_and_nothing_else(tmp_path, server):
    script = curl.script(hostile_exchanges(), server.url)
    (tmp_path / "requests.sh").write_text(script)

    done = run(["sh", "requests.sh"], tmp_path, REPLAY_ACCESS_TOKEN="given")

    assert done.returncode == 0, done.stderr
    assert [(method, path) for method, path, _, _ in server.asked] == [
        ("POST", "/v1/a%20b?x='$(touch%20owned)'&y[]=1"),
        ("GET", "/v1/things"),
        ("DELETE", "/teapot"),
        ("HEAD", "/v1/things"),
    ]
    assert server.asked[0][3].decode() == HOSTILE
    assert server.asked[1][2]["authorization"] == "Bearer given"
    assert not (tmp_path / "owned").exists()


def test_shell_script_stops_where_a_secret_is_missing(tmp_path, server):
    (tmp_path / "requests.sh").write_text(curl.script(hostile_exchanges(), server.url))

    done = run(["sh", "requests.sh"], tmp_path)

    assert done.returncode != 0
    assert "REPLAY_ACCESS_TOKEN" in done.stderr
    assert server.asked == []


def test_pytest_file_replays_and_asserts_each_status(tmp_path, server):
    text = replay.module(hostile_exchanges(), server.url)

    done = run_pytest(text, tmp_path, REPLAY_ACCESS_TOKEN="given")

    assert "4 passed" in done.stdout, done.stdout + done.stderr
    assert server.asked[0][1] == "/v1/a%20b?x='$(touch%20owned)'&y[]=1"
    assert server.asked[0][3].decode() == HOSTILE
    assert not (tmp_path / "owned").exists()


def test_pytest_file_fails_where_the_status_differs(tmp_path, server):
    done = run_pytest(replay.module([exchange(1, status=404)], server.url), tmp_path)

    assert "1 failed" in done.stdout
    assert "404" in done.stdout


def test_pytest_file_goes_on_with_what_an_answer_gave_out(tmp_path, server):
    mark = VEIL.mark("access_token", "the-one-of-then")
    said = json.dumps({"access_token": mark})
    text = replay.module(
        [
            exchange(1, method="POST", answer=Side([JSON], said, "text", len(said))),
            exchange(2, request=Side([("authorization", f"Bearer {mark}")])),
        ],
        server.url,
    )

    done = run_pytest(text, tmp_path)

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert server.asked[1][2]["authorization"] == "Bearer the-new-one"


def test_bodies_that_were_not_kept_whole_are_not_made_up(tmp_path, server):
    cut = exchange(
        1, method="POST", request=Side([JSON], "{", "text", 99, is_cut=True, is_exact=False)
    )
    binary = exchange(2, method="POST", request=Side([], "", "binary", 9, is_exact=False))

    script = curl.script([cut, binary], server.url)
    done = run_pytest(replay.module([cut, binary], server.url), tmp_path)

    assert "--request" not in script
    assert "2 skipped" in done.stdout
    assert server.asked == []


def test_nobody_names_a_variable_of_the_reader_or_another_host():
    planted = exchange(1, request=Side([("x", "[path:deadbeef]")]))
    elsewhere = exchange(2, address="@evil.example/")

    for write in (curl.script, replay.module):
        text = write([planted, elsewhere], "http://127.0.0.1:8000")

        assert "REPLAY_PATH" in text
        assert "$PATH" not in text
        assert "evil.example" not in text


async def test_exports_come_as_files_without_secrets(traffic_scene: Scene):
    scene = traffic_scene
    token = await scene.token("USER_PHONE")
    headers = {"x-api-key": scene.key, "authorization": f"Bearer {token}"}
    for _ in range(3):
        await scene.http.get(f"{POSTS}/{scene.post.token}", headers=headers)

    for name, form in FORMATS.items():
        answer = await scene.http.get(f"/console/api/requests/export?format={name}&from=2&to=2")

        assert answer.status_code == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="{form.filename}"'
        assert answer.text.count(f"{POSTS}/{scene.post.token}") == 1
        assert token[10:40] not in answer.text
        assert scene.key[-20:] not in answer.text
    assert (await scene.http.get("/console/api/requests/export?format=word")).status_code == 400


async def test_archive_has_the_shape_of_har(traffic_scene: Scene):
    scene = traffic_scene
    await scene.http.get(f"{POSTS}/{scene.post.token}?a=1&a=%D8%B3")
    await scene.http.post("/oauth2/token", data={"grant_type": "x", "client_secret": "hidden-one"})

    text = (await scene.http.get("/console/api/requests/export?format=har")).text

    log = json.loads(text)["log"]
    assert log["version"] == "1.2"
    assert set(log["creator"]) == {"name", "version"}
    assert len(log["entries"]) == 2
    for entry in log["entries"]:
        standard = {name for name in entry if not name.startswith("_")}
        assert standard == {"startedDateTime", "time", "request", "response", "cache", "timings"}
        datetime.fromisoformat(entry["startedDateTime"])
        request, response = entry["request"], entry["response"]
        assert {
            "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
            "bodySize",
        } <= set(request)  # fmt: skip
        assert {
            "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL",
            "headersSize", "bodySize",
        } <= set(response)  # fmt: skip
        assert {"size", "mimeType", "text"} <= set(response["content"])
        for said in [*request["headers"], *response["headers"], *request["queryString"]]:
            assert all(isinstance(said[member], str) for member in ("name", "value"))
        assert min(entry["timings"].values()) >= 0
        assert entry["time"] == sum(entry["timings"].values())
    assert log["entries"][0]["request"]["queryString"] == [
        {"name": "a", "value": "1"},
        {"name": "a", "value": "س"},
    ]
    assert log["entries"][1]["request"]["postData"]["mimeType"].startswith("application/x-www")
    assert "hidden-one" not in text
