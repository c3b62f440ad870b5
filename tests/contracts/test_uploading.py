"""Uploads over a real socket: from the published addresses to the file, and half ones."""

import contextlib
import re
import socket
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.factories.media import movie, picture, voice
from tests.platforms import Platform


@pytest.fixture
def key(platform_server: Platform) -> dict[str, str]:
    return {"x-api-key": platform_server.app["api_key"]}


def open_files(platform: Platform) -> list[str]:
    """Files without a name that the server still holds."""
    held = []
    for one in Path(f"/proc/{platform.process_id}/fd").iterdir():
        with contextlib.suppress(OSError):
            held.append(str(one.readlink()))
    return [name for name in held if "deleted" in name and "/tmp" in name]


def raw(platform: Platform, head: str, body: bytes = b"") -> socket.socket:
    url = urlsplit(platform.base_url)
    connection = socket.create_connection((url.hostname, url.port), timeout=20)
    key = platform.app["api_key"]
    connection.sendall(
        f"{head} HTTP/1.1\r\nhost: {url.netloc}\r\nx-api-key: {key}\r\n".encode() + body
    )
    return connection


def test_published_addresses_lead_to_files_that_are_shown(
    platform_server: Platform, key: dict[str, str]
) -> None:
    urls = httpx.get(
        f"{platform_server.base_url}/v1/open-platform/assets/media-upload-urls", headers=key
    ).json()
    files = {
        "addon_images": picture(),
        "submit_post_images": picture(),
        "submit_post_videos": movie(),
    }
    for name, data in files.items():
        address = urls[name]
        sent = httpx.request(
            address["http_method"],
            platform_server.url_of(address["url"]),
            headers=key,
            content=data,
        )

        assert sent.status_code in (200, 201), sent.text
        shown = [value for value in sent.json().values() if value.startswith("http")]
        if name == "addon_images":
            shown = [f"{platform_server.base_url}/media/600/{sent.json()['image_name']}"]
        assert shown
        for url in shown:
            assert httpx.get(platform_server.url_of(url)).status_code == 200


def test_curl_sends_without_a_length_and_asks_before_it_sends(
    platform_server: Platform, key: dict[str, str]
) -> None:
    done = subprocess.run(
        ["curl", "-sS", "-X", "PUT", f"{platform_server.base_url}/v1/upload-video/",
         "-H", f"x-api-key: {key['x-api-key']}", "-H", "Expect: 100-continue",
         "--upload-file", "-"],
        input=movie(media_bytes=3_000_000), capture_output=True, timeout=60, check=True,
    )  # fmt: skip

    assert re.search(rb'"video_name":"raw/[0-9a-f-]{36}\.mp4"', done.stdout)


def test_announced_giant_is_refused_before_it_is_sent(platform_server: Platform) -> None:
    with raw(
        platform_server,
        "PUT /v1/upload-video/",
        b"content-length: 9999999999\r\nexpect: 100-continue\r\n\r\n",
    ) as connection:
        answer = connection.recv(4_096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_line_cut_in_the_middle_leaves_nothing(platform_server: Platform) -> None:
    for _ in range(5):
        connection = raw(
            platform_server, "PUT /v1/upload-video/", b"content-length: 3000000\r\n\r\n"
        )
        connection.sendall(bytes(1_000_000))
        time.sleep(0.05)
        connection.close()

    deadline = time.monotonic() + 10
    while open_files(platform_server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert open_files(platform_server) == []


def test_body_longer_than_its_length_is_no_part_of_the_file(platform_server: Platform) -> None:
    data = picture()
    head = f"content-length: {len(data)}\r\nconnection: close\r\n\r\n".encode()
    with raw(platform_server, "POST /v8/upload/post/live-post-image", head) as connection:
        connection.sendall(data + b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = connection.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"/neda/live-post-image/" in answer


def test_others_are_answered_while_large_pictures_are_drawn(
    platform_server: Platform, key: dict[str, str]
) -> None:
    large = picture(6_000, 4_000, kind="PNG")
    url = f"{platform_server.base_url}/v8/upload/post/live-post-image"
    statuses: list[int] = []

    def send() -> None:
        statuses.append(httpx.post(url, headers=key, content=large, timeout=120).status_code)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    answered = 0
    with httpx.Client(base_url=platform_server.base_url, timeout=60) as client:
        while any(one.is_alive() for one in senders):
            answered += client.get("/health/live").status_code == 200
    for one in senders:
        one.join()

    assert statuses == [200] * 4
    assert answered > 30, "or the loop stood still while each was drawn"


def test_token_for_a_chat_leads_to_a_voice_that_is_played(
    platform_server: Platform, key: dict[str, str]
) -> None:
    base_url = platform_server.base_url
    token = httpx.post(
        f"{base_url}/experimental/open-platform/chat/upload", headers=key, json={}
    ).json()["token"]

    sent = httpx.post(
        f"{base_url}/upload/voice",
        headers={"authorization": f"Bearer {token}"},
        files={"file": ("voice.m4a", voice(), "audio/mp4")},
    )
    played = httpx.get(
        f"{base_url}/media/files/{sent.json()['id']}", headers={"range": "bytes=4-7"}
    )

    assert sent.json()["status"] == "ok"
    assert (played.status_code, played.content) == (206, b"ftyp")
