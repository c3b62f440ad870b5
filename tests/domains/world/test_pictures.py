"""Drawn pictures: every kind can be drawn, to size, the same each time."""

import io

import pytest
from PIL import Image

from dalan.domains.world import pictures


@pytest.mark.parametrize("kind", pictures.KINDS)
def test_every_kind_is_drawn_to_size_and_small(kind):
    drawn = pictures.picture(kind, 7)

    image = Image.open(io.BytesIO(drawn))
    assert (image.format, image.size) == ("JPEG", (1200, 900))
    assert 8_000 < len(drawn) < 120_000


def test_the_same_arguments_give_the_same_bytes_and_others_do_not():
    first = pictures.picture("apartment", 1, 0)

    assert pictures.picture("apartment", 1, 0) == first
    assert len({pictures.picture("apartment", 1, variant) for variant in range(4)}) == 4
    assert pictures.picture("apartment", 2, 0) != first


def test_a_colour_by_name_and_by_code_paints_the_car():
    red = pictures.picture("car-sedan", 3, 0, "قرمز")

    assert pictures.picture("car-sedan", 3, 0, pictures.COLORS["قرمز"]) == red
    assert pictures.picture("car-sedan", 3, 0, "سفید") != red


def test_an_unknown_kind_or_colour_is_drawn_anyway():
    assert pictures.picture("no-such-kind", 1)
    assert pictures.picture("car", 1, 0, "no-such-colour")


@pytest.mark.parametrize("glyph", [*pictures.GLYPHS, "no-such-glyph"])
def test_logos_are_square(glyph):
    image = Image.open(io.BytesIO(pictures.logo(3, glyph)))

    assert (image.format, image.size) == ("PNG", (512, 512))
