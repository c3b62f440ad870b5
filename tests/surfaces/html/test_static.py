"""Static files: addresses that name their content, nothing outside the folder."""

import gzip
import re

import pytest

from dalan.surfaces.html import static


async def ask(path, method="GET", headers=()):
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        raise AssertionError("a static file reads no body")

    scope = {"type": "http", "method": method, "path": path, "headers": list(headers)}
    await static.serve(scope, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"]


async def test_hashed_address_is_kept_for_a_year():
    status, headers, body = await ask(static.url("app.css"))

    assert status == 200
    assert headers[b"content-type"] == b"text/css; charset=utf-8"
    assert headers[b"cache-control"] == b"public, max-age=31536000, immutable"
    assert int(headers[b"content-length"]) == len(body)


async def test_plain_and_outdated_addresses_are_asked_for_again():
    for path in ("/static/app.css", "/static/app.00000000.css"):
        status, headers, _ = await ask(path)

        assert status == 200
        assert headers[b"cache-control"] == b"no-cache"


async def test_style_sheet_is_whole_and_points_at_hashed_files():
    _, _, body = await ask(static.url("app.css"))
    text = body.decode()

    assert "@import" not in text
    assert ".w-evaluation" in text
    for target in re.findall(r'url\("([^"]+)"\)', text):
        assert (await ask(target))[0] == 200
        assert re.search(r"\.[0-9a-f]{8}\.", target)


async def test_modules_import_each_other_by_hash():
    _, _, body = await ask(static.url("js/app.js"))

    targets = re.findall(r'from "([^"]+)"', body.decode())
    assert len(targets) == 5
    for target in targets:
        assert (await ask(target))[1][b"cache-control"].endswith(b"immutable")


async def test_known_etag_gets_no_body():
    _, headers, _ = await ask(static.url("app.css"))

    status, _, body = await ask(
        static.url("app.css"), headers=[(b"if-none-match", headers[b"etag"])]
    )

    assert status == 304
    assert body == b""


async def test_text_is_compressed_for_who_takes_it():
    _, plain_headers, plain = await ask(static.url("app.css"))
    _, headers, body = await ask(static.url("app.css"), headers=[(b"accept-encoding", b"br, gzip")])

    assert b"content-encoding" not in plain_headers
    assert headers[b"content-encoding"] == b"gzip"
    assert gzip.decompress(body) == plain


async def test_font_is_sent_as_it_is():
    _, headers, _ = await ask(
        static.url("fonts/vazirmatn.woff2"), headers=[(b"accept-encoding", b"gzip")]
    )

    assert b"content-encoding" not in headers
    assert headers[b"content-type"] == b"font/woff2"


async def test_head_has_headers_and_no_body():
    status, headers, body = await ask(static.url("app.css"), "HEAD")

    assert status == 200
    assert int(headers[b"content-length"]) > 0
    assert body == b""


async def test_other_methods_are_refused():
    assert (await ask(static.url("app.css"), "POST"))[0] == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/../templates.py",
        "/static//etc/passwd",
        "/static/fonts/../../templates.py",
        "/static/./app.css",
        "/static/fonts",
        "/static/",
        "/static/.hidden",
        "/static/app.css/",
        "/static/app.css\x00",
        "/static/no-such.css",
        "/static/..%2ftemplates.py",
        "/static/" + "a" * 5_000,
    ],
)
async def test_nothing_outside_the_folder_is_served(path):
    assert (await ask(path))[0] == 404


def test_unknown_name_has_no_address():
    with pytest.raises(FileNotFoundError):
        static.url("no-such.css")


def test_changed_part_of_a_style_sheet_changes_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(static, "_folders", [*static._folders, tmp_path])
    (tmp_path / "own.css").write_text('@import "part.css";\n')
    (tmp_path / "part.css").write_text("a { color: red }")
    before = static.url("own.css")

    (tmp_path / "part.css").write_text("a { color: blue }")
    static._files["own.css"]._read_at_ns[tmp_path / "part.css"] -= 1
    static._files["own.css"]._looked_at_seconds -= 5

    assert static.url("own.css") != before
