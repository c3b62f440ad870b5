"""QR codes: read back from the picture, and refused where no camera could."""

import re
from io import BytesIO

import pytest
import segno
from PIL import Image

from dalan.surfaces import qr

TEXT = "https://dln.example/l/%D8%AA%D8%B3%D8%AA?qr"


def modules_of(picture: bytes, look: qr.Look) -> tuple[tuple[bool, ...], ...]:
    """What a camera would see: the middle of every module, dark or not."""
    image = Image.open(BytesIO(picture)).convert("L")
    count = len(qr.matrix(TEXT, look))
    scale = image.width // (count + 2 * look.margin)
    middle = look.margin * scale + scale // 2
    pixel = image.getpixel
    return tuple(
        tuple(pixel((middle + x * scale, middle + y * scale)) < 128 for x in range(count))  # type: ignore[operator]
        for y in range(count)
    )


@pytest.mark.parametrize("level", qr.LEVELS)
def test_png_holds_the_modules_of_its_text(level: qr.Level) -> None:
    look = qr.Look(size_px=300, margin=2, level=level)

    picture = qr.png(TEXT, look)

    assert modules_of(picture, look) == qr.matrix(TEXT, look)
    expected = segno.make(TEXT, error=level, micro=False, boost_error=False).matrix
    assert qr.matrix(TEXT, look) == tuple(tuple(bool(one) for one in row) for row in expected)


def test_png_is_no_wider_than_asked_for() -> None:
    assert Image.open(BytesIO(qr.png(TEXT, qr.Look(size_px=200)))).width <= 200


def test_svg_stands_in_a_page_or_alone() -> None:
    inside, alone = qr.svg(TEXT), qr.svg(TEXT, qr.Look(size_px=700), inline=False)

    assert inside.startswith("<svg")
    assert "viewBox" in inside
    assert " width=" not in inside
    assert alone.startswith("<?xml")
    assert re.search(r'width="700(\.0)?"', alone)


def test_look_is_read_from_texts_in_any_digits() -> None:
    look = qr.look_from({"size": "۲۵۶", "dark": "0A7075", "light": "", "margin": "0", "level": "H"})

    assert look == qr.Look(256, "#0a7075", "#ffffff", 0, "h")
    assert qr.look_from({}) == qr.Look()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"size": "63"}, "size"),
        ({"size": "2049"}, "size"),
        ({"size": "9" * 40}, "size"),
        ({"size": "1e3"}, "size"),
        ({"margin": "21"}, "margin"),
        ({"dark": "red"}, "dark"),
        ({"dark": "#fff"}, "dark"),
        ({"dark": '#000000"/><script>'}, "dark"),
        ({"dark": "#ffffff", "light": "#000000"}, "light"),
        ({"dark": "#777777", "light": "#888888"}, "light"),
        ({"level": "x"}, "level"),
    ],
)
def test_look_that_cannot_be_is_refused_by_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(qr.InvalidLook) as refused:
        qr.look_from(given)

    assert refused.value.field == field
