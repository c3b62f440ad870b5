"""Taking in videos, voices and documents: what is refused, what is kept, what is wiped out."""

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from dalan.domains import media
from dalan.domains.media import containers
from tests.factories.media import box, document, make_file, movie, picture, voice


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


async def kept(store: media.MediaStore, file: media.MediaFile) -> bytes:
    return await store.read_file(media.file_key(file.name))


async def test_video_is_kept_as_it_came_with_its_sides_its_time_and_a_poster(db, store):
    data = movie(seconds=12.5, width_px=640, height_px=360)

    video = await make_file(db, store, data, kind="video")

    assert media.is_file_name(video.name)
    assert (video.width_px, video.height_px, video.duration_ms) == (640, 360, 12_500)
    assert video.size_bytes == len(data)
    assert await kept(store, video) == data
    poster = Pillow.open(BytesIO(await store.read(media.poster_of(video.name), 600)))
    assert (poster.format, poster.size) == ("JPEG", (600, 338))
    assert video.placeholder.startswith("data:image/webp;base64,")


async def test_video_filmed_on_its_side_has_its_sides_turned(db, store):
    video = await make_file(db, store, movie(sideways=True), kind="video")

    assert (video.width_px, video.height_px) == (360, 640)


async def test_where_a_video_was_filmed_is_forgotten_and_nothing_else_moves(db, store):
    place = box(b"udta", box(b"\xa9xyz", b"\x00\x12\x15\xc7+35.7000+051.4000/"))
    about = box(b"meta", b"Spy Camera 3000")
    data = movie(extra=place + about)

    stored = await kept(store, await make_file(db, store, data, kind="video"))

    assert b"+35.7000" not in stored
    assert b"Spy" not in stored
    assert len(stored) == len(data)
    assert stored[stored.index(b"mdat") :] == data[data.index(b"mdat") :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello", "unknown_type"),
        (picture(), "unknown_type"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01webm" + bytes(300), "unknown_type"),
        (movie(brand=b"qt  "), "unknown_type"),
        (movie(brand=b"3gp4"), "unknown_type"),
        (movie(handlers=(b"soun",)), "unknown_type"),
        (movie(handlers=()), "broken"),
        (movie()[:-700], "broken"),
        (movie()[:200], "broken"),
        (movie(seconds=0), "broken"),
        (movie(width_px=0), "broken"),
        (movie(seconds=180.5), "too_long"),
        (movie(width_px=5_000), "too_many_pixels"),
        (movie() + movie()[movie().index(b"moov") - 4 :], "broken"),
        (box(b"ftyp", b"isom") + box(b"moov", box(b"free") * 6_000) + box(b"mdat"), "broken"),
        (b"\0\0\0\x0cftypisom" + b"\0\0\0\x01moov" + b"\xff" * 8, "broken"),
    ],
)  # fmt: skip
async def test_what_is_no_video_we_take_is_refused(db, store, data, reason):
    with pytest.raises(media.UnreadableFile) as refused:
        await make_file(db, store, data, kind="video")

    assert refused.value.reason == reason
    async with db.read() as tx:
        assert (await tx.rows("SELECT count(*) FROM media_file", ()))[0][0] == 0


@given(data=st.binary(max_size=400), cut=st.integers(0, 2_500), at=st.integers(0, 700))
def test_no_bytes_at_all_make_the_reader_fail_otherwise(data, cut, at):
    whole = movie()
    for odd in (b"\0\0\0\x10ftypisom" + data, whole[:cut], whole[:at] + data + whole[at:]):
        try:
            containers.read_container(BytesIO(odd), len(odd))
        except media.UnreadableFile:
            continue


async def test_file_with_more_bytes_than_its_kind_may_have_is_refused(db, store):
    with pytest.raises(media.FileTooLarge):
        await make_file(
            db, store, movie(), kind="video", rules=media.FileRules(video_bytes_max=1_000)
        )


@pytest.mark.parametrize(("brand", "end"), [(b"M4A ", "m4a"), (b"mp42", "m4a"), (b"3gp5", "3gp")])
async def test_voice_is_named_for_its_container(db, store, brand, end):
    sent = await make_file(db, store, voice(brand=brand), kind="voice", purpose="chat")

    assert sent.name.endswith(end)
    assert (sent.duration_ms, sent.width_px) == (12_500, None)


@pytest.mark.parametrize("data", [movie(), b"#!AMR\n" + bytes(100), b"ID3" + bytes(100), b""])
async def test_voice_with_a_picture_or_of_another_kind_is_refused(db, store, data):
    with pytest.raises(media.UnreadableFile):
        await make_file(db, store, data, kind="voice", purpose="chat")


@pytest.mark.parametrize("kind", ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx"])
async def test_document_is_named_by_what_is_in_it(db, store, kind):
    data = document(kind)

    sent = await make_file(
        db, store, data, kind="file", purpose="chat", title="../../etc/قرارداد\x00\u202e.exe"
    )

    assert sent.name.endswith(f".{kind}")
    assert sent.title == "قرارداد.exe"
    assert await kept(store, sent) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"MZ" + bytes(500),
        b"%PDF-1.7\nand then the line was cut",
        document("docx")[:-30],
        document("docx").replace(b"word/document", b"evil/document"),
        document("doc").replace("WordDocument".encode("utf-16-le"), bytes(24)),
        document("doc") + "_VBA_PROJECT".encode("utf-16-le"),
        b"PK\x03\x04" + bytes(300),
        picture(),
    ],
)
async def test_what_is_no_document_or_carries_macros_is_refused(db, store, data):
    with pytest.raises(media.UnreadableFile):
        await make_file(db, store, data, kind="file", purpose="chat")


async def test_picture_sent_into_a_chat_is_drawn_anew(db, store):
    sent = await make_file(db, store, picture(2_000, 1_000), kind="image", purpose="chat")

    assert media.is_name(sent.name)
    assert (sent.width_px, sent.height_px, sent.duration_ms) == (1_200, 600, None)
    assert await store.read(sent.name, 200)


async def test_file_of_another_app_or_for_something_else_is_unknown(db, store):
    video = await make_file(db, store, movie(), kind="video", app_id=7)

    async with db.read() as tx:
        assert (await media.file(tx, video.name, purpose="post", app_id=7)).id == video.id
        for other in ({"app_id": 8}, {"purpose": "chat"}):
            with pytest.raises(media.UnknownFile):
                await media.file(tx, video.name, **other)


async def test_purge_removes_files_nothing_shows_and_their_posters_after_a_day(db, store, moment):
    gone = await make_file(db, store, movie(), kind="video")
    stays = await make_file(db, store, movie(), kind="video")
    async with db.write() as tx:
        await media.attach_file(tx, stays.id)
    moment.advance(timedelta(hours=25))

    assert await media.purge(db, store) == 1

    with pytest.raises(media.UnknownFile):
        await kept(store, gone)
    with pytest.raises(media.UnknownImage):
        await store.read(media.poster_of(gone.name), 200)
    async with db.write() as tx:
        with pytest.raises(media.UnknownFile):
            await media.attach_file(tx, gone.id)
    assert await kept(store, stays)


class _FullDisk(media.MediaStore):
    async def put_file(self, key, source):
        raise media.StoreUnavailable


async def test_a_crash_between_row_and_bytes_leaves_what_purge_removes(db, tmp_path, moment):
    with pytest.raises(media.StoreUnavailable):
        await make_file(db, _FullDisk(str(tmp_path)), movie(), kind="video")
    moment.advance(timedelta(hours=25))

    assert await media.purge(db, media.MediaStore(str(tmp_path))) == 1
    async with db.read() as tx:
        assert (await tx.rows("SELECT count(*) FROM media_file", ()))[0][0] == 0
