"""Furnishing a world, cut short and begun again."""

import pytest

from dalan.domains import media
from dalan.domains.world import furnishing
from dalan.kernel import randomness
from dalan.kernel.crypto import Keyring


class CutShort(Exception):
    """Somebody pressed Ctrl+C."""


def stop_at_third_picture(done: int, of: int) -> None:
    assert of > 3
    if done == 3:
        raise CutShort


async def test_start_that_was_cut_short_is_furnished_by_the_next(db, tmp_path):
    store = media.MediaStore(str(tmp_path / "media"))
    keys = Keyring(["a secret of at least thirty-two characters"])

    async def furnish(progress=None):
        with randomness.installed(randomness.SeededRandomness(furnishing.SEED.encode())):
            await furnishing.furnish(db, store, keys, posts_count=4, progress=progress)

    with pytest.raises(CutShort):
        await furnish(stop_at_third_picture)
    async with db.look() as look:
        assert not await furnishing.is_furnished(look)

    await furnish()
    async with db.look() as look:
        assert await furnishing.is_furnished(look)
