"""Lists of posts: their cards, with the tiny pictures shown meanwhile and the visitor's hearts."""

from collections.abc import Sequence

import msgspec

from dalan.domains import bookmarks, media, posts
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import showing
from dalan.surfaces.web.site.showing import Card


async def cards_of(
    tx: ReadTransaction, visitor: Visitor, found: Sequence[posts.Post]
) -> list[Card]:
    """What a list shows of these posts, in their order: three statements at most, however many.

    Each has a heart, pressed where the visitor keeps the post.
    """
    stills = await stills_of(tx, found)
    person_id = visitor.person.id if visitor.person else None
    kept: frozenset[int] = frozenset()
    if person_id is not None and found:
        kept = await bookmarks.kept_among(tx, person_id, [post.id for post in found])
    now, lang = clock.now(), visitor.lang
    return [
        msgspec.structs.replace(
            showing.card(post, lang, now=now, still=stills.get(post.id)), kept=post.id in kept
        )
        for post in found
    ]


async def stills_of(tx: ReadTransaction, found: Sequence[posts.Post]) -> dict[int, showing.Still]:
    """The picture that stands for each post in a list, by the post's id: the first one, of a
    post without pictures the poster of its video. Posts with neither are left out."""
    first = {post.id: post.image_names[0] for post in found if post.image_names}
    films = {
        post.id: name
        for post in found
        if post.id not in first and (name := showing.video_name(post))
    }
    images = await media.known_images(tx, list(first.values())) if first else {}
    files = await media.known_files(tx, list(films.values())) if films else {}
    stills = {
        post_id: showing.still_of(images[name]) for post_id, name in first.items() if name in images
    }
    return stills | {
        post_id: showing.poster_of(files[name]) for post_id, name in films.items() if name in files
    }
