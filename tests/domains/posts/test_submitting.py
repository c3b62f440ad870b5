"""Making a post: what is checked, what is kept."""

import pytest

from dalan.domains import media, posts, taxonomy
from dalan.kernel import randomness
from tests.factories.media import make_image
from tests.factories.posts import make_owner, make_post


@pytest.fixture
def store(tmp_path):
    return media.MediaStore(str(tmp_path / "media"))


async def test_create_gives_tokens_of_eight_characters(tx):
    tokens = {(await make_post(tx)).token for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) == 8 and posts.is_token(token) for token in tokens)


async def test_create_draws_again_when_the_token_is_taken(tx):
    def the_same(count: int) -> bytes:
        return bytes(next(stream) for _ in range(count))

    def start():
        yield from [0] * 22  # one token's worth of bytes, twice
        value = 0
        while True:
            value = (value + 1) % 256
            yield value

    owner_id = await make_owner(tx)
    stream = start()
    with randomness.installed(the_same):
        first = await make_post(tx, owner_id=owner_id)
        second = await make_post(tx, owner_id=owner_id)

    assert first.token == "AAAAAAAA"
    assert second.token != first.token


async def test_create_attaches_pictures_and_keeps_their_order(db, store):
    names = [(await make_image(db, store)).name for _ in range(3)]
    async with db.write() as tx:
        post = await make_post(tx, image_names=names[::-1])

    async with db.read() as tx:
        found = await posts.by_token(tx, post.token)
        images = await media.images(tx, names)
        rows = await tx.rows("SELECT position, image_id FROM post_image ORDER BY position", ())

    assert found is not None
    assert found.image_names == names[::-1]
    assert [image.attached_at is not None for image in images] == [True] * 3
    assert [row[1] for row in rows] == [image.id for image in images[::-1]]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"title": "آی"}, posts.InvalidPost),
        ({"title": "ب" * 51}, posts.InvalidPost),
        ({"title": " \u200f \u200c "}, posts.InvalidPost),
        ({"description": ""}, posts.InvalidPost),
        ({"description": "ب" * 5_001}, posts.InvalidPost),
        ({"city": "atlantis"}, taxonomy.UnknownCity),
        ({"district": "atlantis"}, taxonomy.UnknownDistrict),
        ({"city": "shiraz", "district": "gholhak"}, posts.InvalidPost),
        ({"category": "vehicles"}, taxonomy.NotALeafCategory),
        ({"category": "spaceships"}, taxonomy.UnknownCategory),
        ({"fields": {}}, taxonomy.InvalidFields),
        ({"image_names": ["../../etc/passwd"]}, media.UnknownImage),
        (
            {"image_names": ["00000000-0000-4000-8000-000000000000.jpg"]},
            media.UnknownImage,
        ),
        ({"image_names": ["a", "a"]}, posts.InvalidPost),
    ],
)
async def test_create_refuses_what_makes_no_sense(tx, said, error):
    with pytest.raises(error):
        await make_post(tx, **said)


async def test_create_stores_hostile_text_as_it_is_typed_without_what_hides(tx):
    post = await make_post(
        tx, title="<script>alert(1)</script>\u202e", description='"><img src=x>\r\nدو\x00'
    )

    assert post.title == "<script>alert(1)</script>"
    assert post.description == '"><img src=x>\nدو'


async def test_create_and_retire_are_announced(tx):
    post = await make_post(tx)
    await posts.retire(tx, post)

    rows = await tx.rows("SELECT kind, resource FROM outbox_fact ORDER BY id DESC LIMIT 2", ())

    assert [tuple(row) for row in rows] == [("posts.changed_state", f"post:{post.id}")] * 2
