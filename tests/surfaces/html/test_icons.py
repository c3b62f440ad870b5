"""Names of icons find a drawing that exists."""

import json
import re
from pathlib import Path

import pytest

from dalan.surfaces.html import icons, static
from tests.conftest import SHARED

DRAWN = set(
    re.findall(
        r'<symbol id="([^"]+)"',
        (Path(static.__file__).parent / "static" / "icons.svg").read_text("utf-8"),
    )
)


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("CAR_ENGINE", "engine"),
        ("BRAND_AUDI", "car-badge"),
        ("CAR_COLOR_CHERRY", "paint"),
        ("CAT_VEHICLES", "car"),
        ("CAT", "paw"),
        ("APARTMENT_RENT", "building"),
        ("CALL_MISSED", "call"),
        ("MOBILE_3", "phone"),
        ("CARPET_2", "carpet"),
        ("TRASH_O", "trash"),
        ("STAR_BORDER", "star"),
        ("NO_SUCH_NAME", "dot"),
        ("UNKNOWN", ""),
        ("NUM_3", ""),
        (None, ""),
    ],
)
def test_name_finds_its_family(name, symbol):
    assert icons.symbol_of(name) == symbol


def test_numbers_are_drawn_as_text():
    assert icons.number_of("NUM_3") == "3"
    assert icons.number_of("NUM_10") == ""
    assert icons.number_of(None) == ""


def test_every_rule_names_a_drawing():
    named = {symbol for symbol, _ in icons._WORDS} | set(icons._EXACT.values())

    assert named - {""} <= DRAWN


def test_nearly_every_published_name_has_a_drawing_of_its_own():
    path = SHARED / "reference" / "kenar-assets.json"
    if not path.exists():
        pytest.skip("the published lists are not here")
    names = json.loads(path.read_text("utf-8"))["enums"]["icons"]

    dots = [name for name in names if icons.symbol_of(name) == icons.UNKNOWN]

    assert len(names) == 822
    assert len(dots) <= 6, dots
