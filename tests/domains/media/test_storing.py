"""Taking pictures in: what is refused, what is kept, what is removed."""

import struct
import zlib
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image as Pillow

from dalan.domains import media
from dalan.kernel.db import Database
from tests.factories.media import make_image, picture


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


def png_claiming(width_px: int, height_px: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 200_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(BytesIO(data))


async def test_store_image_keeps_three_sizes_under_a_uuid_name(db, store):
    image = await make_image(db, store, data=picture(3000, 1500))

    sizes = {size: opened(await media.read(store, image.name, size)) for size in media.SIZES}

    assert media.is_name(image.name)
    assert (image.width_px, image.height_px) == (1200, 600)
    assert {size: drawn.size for size, drawn in sizes.items()} == {
        1200: (1200, 600), 600: (600, 300), 200: (200, 100),
    }  # fmt: skip
    assert {drawn.format for drawn in sizes.values()} == {"JPEG"}
    assert image.attached_at is None


async def test_store_image_never_enlarges(db, store):
    image = await make_image(db, store, data=picture(90, 60))

    assert (image.width_px, image.height_px) == (90, 60)
    assert opened(await media.read(store, image.name, 1200)).size == (90, 60)


async def test_store_image_turns_it_upright_and_forgets_where_it_was_taken(db, store):
    exif = Pillow.Exif()
    exif[0x0112] = 6  # taken with the camera on its side
    exif[0x010F] = "Spy Camera"
    exif.get_ifd(0x8825)[2] = (35.7, 51.4, 0.0)
    data = picture(400, 200, exif=exif, comment=b"secret note")
    assert b"Spy" in data

    image = await make_image(db, store, data=data)
    kept = await media.read(store, image.name, 1200)

    assert (image.width_px, image.height_px) == (200, 400)
    assert dict(opened(kept).getexif()) == {}
    assert b"Spy" not in kept
    assert b"secret note" not in kept


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
async def test_store_image_takes_the_usual_types(db, store, kind):
    image = await make_image(db, store, data=picture(kind=kind))

    assert opened(await media.read(store, image.name, 600)).format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16", "CMYK"])
async def test_store_image_draws_every_kind_of_pixel_transparent_ones_white(db, store, mode):
    out = BytesIO()
    drawn = Pillow.new(mode, (64, 64))
    drawn.save(out, "JPEG" if mode == "CMYK" else "PNG")

    image = await make_image(db, store, data=out.getvalue(), purpose="avatar")
    pixel = opened(await media.read(store, image.name, 200)).getpixel((5, 5))

    assert (pixel == (255, 255, 255)) == (mode in ("RGBA", "LA", "CMYK"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "unknown_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "unknown_type"),
        (b"%PDF-1.7 ...", "unknown_type"),
        (b"BM" + bytes(100), "unknown_type"),
        (b"\xff\xd8\xff" + bytes(50), "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "broken"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "broken"),
        (b"GIF89a", "broken"),
        (picture()[:-400], "broken"),
        (picture(kind="PNG")[:-200], "broken"),
        (png_claiming(60_000, 60_000), "too_many_pixels"),
        (png_claiming(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (png_claiming(40_000, 10), "too_many_pixels"),
        (png_claiming(7_000, 7_000), "broken"),
    ],
)
async def test_store_image_refuses_what_is_no_picture(db: Database, store, data, reason):
    with pytest.raises(media.UnreadableImage) as refused:
        await media.store_image(db, store, data, purpose="post")

    assert refused.value.reason == reason


async def test_store_image_refuses_too_many_bytes(db, store):
    with pytest.raises(media.ImageTooLarge):
        await media.store_image(db, store, bytes(1_001), purpose="post", bytes_max=1_000)


async def test_avatars_are_cropped_to_a_square(db, store):
    image = await make_image(db, store, data=picture(500, 300), purpose="avatar")

    assert (image.width_px, image.height_px) == (300, 300)


@pytest.mark.parametrize(
    "name",
    ["", "..", "../../../etc/passwd", "/etc/passwd", "a.jpg", "%2e%2e", "\0.jpg",
     "00000000-0000-4000-8000-000000000000.jpg", "00000000-0000-4000-8000-00000000000A.jpg"],
)  # fmt: skip
async def test_read_and_image_know_only_stored_names(db, store, name):
    with pytest.raises(media.UnknownImage):
        await media.read(store, name, 200)
    async with db.read() as tx:
        with pytest.raises(media.UnknownImage):
            await media.image(tx, name)


async def test_purge_removes_what_nothing_shows_after_a_day_only(db, store, moment):
    old, kept = await make_image(db, store), await make_image(db, store)
    async with db.write() as tx:
        await media.attach(tx, kept.id)
    moment.advance(timedelta(hours=20))
    young = await make_image(db, store)
    moment.advance(timedelta(hours=5))

    removed = await media.purge(db, store)

    assert removed == 1
    with pytest.raises(media.UnknownImage):
        await media.read(store, old.name, 200)
    async with db.write() as tx:
        with pytest.raises(media.UnknownImage):
            await media.attach(tx, old.id)
        assert [i.id for i in await media.images(tx, [kept.name, young.name])] == [
            kept.id, young.id,
        ]  # fmt: skip
    assert await media.read(store, kept.name, 200)


class _FullDisk(media.MediaStore):
    async def put(self, name, files):
        raise OSError("no space left on device")


class _Unplugged(media.MediaStore):
    async def remove(self, name):
        raise OSError("the store went away")


async def test_a_crash_between_row_and_files_leaves_what_purge_removes(db, tmp_path, moment):
    with pytest.raises(OSError, match="no space"):
        await make_image(db, _FullDisk(str(tmp_path)))
    moment.advance(timedelta(hours=25))

    assert await media.purge(db, media.MediaStore(str(tmp_path))) == 1
    async with db.read() as tx:
        assert (await tx.rows("SELECT count(*) FROM image", ()))[0][0] == 0


async def test_a_purge_cut_short_is_finished_by_the_next_and_cannot_be_attached_between(
    db, store, tmp_path, moment
):
    image = await make_image(db, store)
    moment.advance(timedelta(hours=25))

    with pytest.raises(OSError, match="went away"):
        await media.purge(db, _Unplugged(str(tmp_path / "media")))
    async with db.write() as tx:
        with pytest.raises(media.UnknownImage):
            await media.attach(tx, image.id)

    assert await media.purge(db, store) == 1
