"""Files are what their bytes say, bounded, and never a surprise to whoever opens them."""

from io import BytesIO

import pytest
from tests.factories.developers import make_app
from tests.factories.media import picture
from tests.factories.support import make_ticket

from dalan.domains import support
from dalan.domains.support import Prepared, RefusedFile, Sent, TooMuch

MOST = 5_000_000
ZIP = b"PK\x03\x04 and more"


async def test_picture_is_drawn_anew():
    from PIL import Image

    data = picture() + b"<script>alert(1)</script>"

    (kept,) = await support.prepare([Sent("a.html", data)], image_bytes_max=MOST)

    assert (kept.kind, kept.name) == ("image", "a.jpg")
    assert b"script" not in kept.content
    assert Image.open(BytesIO(kept.content)).format == "JPEG"


@pytest.mark.parametrize(
    ("name", "data", "kind", "called"),
    [
        ("receipt.exe", b"%PDF-1.7 x", "pdf", "receipt.pdf"),
        ("../../etc/passwd", ZIP, "zip", "passwd.zip"),
        ("C:\\logs\\a.log", b"line 1\nline 2", "text", "a.log"),
        ("x.html", "<b>سلام</b>".encode(), "text", "x.txt"),
        ("\u202egpj.exe\r\nx: y", b"%PDF-1.7", "pdf", "gpj.pdf"),
        ("", b"text", "text", "file.txt"),
        ("گزارش خطا.har", b"{}", "text", "گزارش خطا.har"),
        ("a" * 300 + ".pdf", b"%PDF-", "pdf", "a" * 100 + ".pdf"),
    ],
)
async def test_kind_and_ending_follow_the_bytes(name, data, kind, called):
    (kept,) = await support.prepare([Sent(name, data)], image_bytes_max=MOST)

    assert (kept.kind, kept.name, kept.content) == (kind, called, data)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\xff", "unknown_type"),
        (b"text\x00with nul", "unknown_type"),
        (b"\xff\xd8\xff no jpeg", "broken"),
        (b"%PDF-" + b"x" * 2_000_000, "too_large"),
        (b"\xff\xd8\xff" + b"x" * MOST, "too_large"),
    ],
)
async def test_what_we_do_not_take_is_refused(data, problem):
    with pytest.raises(RefusedFile) as error:
        await support.prepare([Sent("x", data)], image_bytes_max=MOST)

    assert error.value.problem == problem


async def test_three_files_a_message():
    with pytest.raises(RefusedFile) as error:
        await support.prepare([Sent("a", b"x")] * 4, image_bytes_max=MOST)

    assert error.value.problem == "too_many"


async def test_files_of_an_app_are_bounded_together(tx, monkeypatch):
    app = (await make_app(tx)).app
    monkeypatch.setattr("dalan.domains.support.files.APP_BYTES_MAX", 10)
    await make_ticket(tx, app.id, app.owner_id, files=[Prepared("a.txt", "text", b"12345")])

    with pytest.raises(TooMuch) as error:
        await make_ticket(tx, app.id, app.owner_id, files=[Prepared("a.txt", "text", b"123456")])

    assert error.value.what == "files"
