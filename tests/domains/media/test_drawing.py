"""What becomes of odd pictures: moving ones, ones in other colours, ones that say too much."""

from base64 import b64decode
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from dalan.domains import media
from dalan.domains.media import pixels
from tests.factories.media import picture


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(BytesIO(data))


def middle(data: bytes) -> tuple[int, ...]:
    drawn = opened(data).convert("RGB")
    found = drawn.getpixel((drawn.width // 2, drawn.height // 2))
    assert isinstance(found, tuple)
    return found


def moving(kind: str) -> bytes:
    frames = [Pillow.new("RGB", (80, 60), colour) for colour in ("#ff0000", "#00ff00", "#0000ff")]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=50, loop=0)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_what_moves_the_first_picture_is_kept(kind):
    drawn = pixels.draw(moving(kind))

    for (_, form), data in drawn.files.items():
        red, green, blue = middle(data)
        assert (red > 200, green < 60, blue < 60) == (True, True, True), form
        assert getattr(opened(data), "n_frames", 1) == 1


def test_every_size_is_kept_in_both_forms_with_nothing_said_in_them():
    exif = Pillow.Exif()
    exif[0x010F] = "Spy Camera"
    drawn = pixels.draw(picture(2_000, 1_000, exif=exif, comment=b"secret note"))

    assert set(drawn.files) == {(size, form) for size in media.SIZES for form in media.FORMS}
    for (size, form), data in drawn.files.items():
        kept = opened(data)
        assert kept.format == {"jpg": "JPEG", "webp": "WEBP"}[form]
        assert kept.size == (size, size // 2)
        assert not set(kept.info) & {"exif", "icc_profile", "comment", "xmp"}
        assert b"Spy" not in data


def test_placeholder_is_a_tiny_picture_of_the_same_shape():
    drawn = pixels.draw(picture(2_000, 1_000))

    head, _, encoded = drawn.placeholder.partition(",")
    assert head == "data:image/webp;base64"
    assert len(drawn.placeholder) < 600
    assert opened(b64decode(encoded)).size == (16, 8)


def test_colours_of_a_profile_are_made_those_of_the_web():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain = pixels.draw(picture(400, 300))
    said = pixels.draw(picture(400, 300, icc_profile=profile))

    near = zip(middle(plain.files[600, "jpg"]), middle(said.files[600, "jpg"]), strict=True)
    assert all(abs(one - other) < 8 for one, other in near)


@pytest.mark.parametrize("profile", [b"garbage", b"\0" * 128, b"\xff" * 4_000])
def test_profile_nobody_understands_is_as_good_as_none(profile):
    assert pixels.draw(picture(icc_profile=profile)).width_px == 320


def test_frame_larger_than_its_screen_is_refused_or_drawn_but_never_a_fault():
    data = bytearray(moving("GIF"))
    data[6:10] = b"\x01\x00\x01\x00"  # the screen says one pixel
    try:
        pixels.draw(bytes(data))
    except media.UnreadableImage:
        return


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]),
    at=st.integers(0, 3_000),
    junk=st.binary(min_size=1, max_size=12),
)
def test_damage_anywhere_is_drawn_or_refused_but_never_a_fault(kind, at, junk):
    data = bytearray(WHOLE[kind])
    at %= len(data)
    data[at : at + len(junk)] = junk
    try:
        pixels.draw(bytes(data))
    except media.UnreadableImage:
        return


WHOLE = {kind: picture(64, 48, kind=kind) for kind in ("JPEG", "PNG", "WEBP", "GIF")}
