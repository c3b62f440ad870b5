"""What ``dalan doctor`` finds out about the place where files are kept."""

from pathlib import Path

from dalan.cli import doctor
from dalan.domains import media
from dalan.settings import Settings


async def test_folder_that_takes_files_is_well_and_left_as_it_was(tmp_path: Path):
    settings = Settings(home=tmp_path)

    assert await doctor._try_media(settings) is None
    assert await media.MediaStore(settings.media_address).keys_under("incoming") == []


async def test_store_nobody_answers_at_and_one_that_is_no_store_are_named(tmp_path: Path):
    silent = Settings(
        home=tmp_path,
        media_url="s3://b",
        media_endpoint="http://127.0.0.1:1",
        media_region="x",
        media_access_key_id="a",
        media_secret_access_key="b",
    )
    strange = Settings(home=tmp_path, media_url="ftp://files.example")

    assert "127.0.0.1:1" in (await doctor._try_media(silent) or "")
    assert "ftp://files.example" in (await doctor._try_media(strange) or "")
