"""Changing what a post says, with a reviewer in between where the marketplace has one."""

from collections.abc import Sequence

import msgspec

from dalan.domains import media
from dalan.domains.posts import queries
from dalan.domains.posts.content import Changes, changed, content_of, keep_media, pictures_of
from dalan.domains.posts.errors import NoSuchEdit, WrongState
from dalan.domains.posts.events import PostEdited, PostEditProposed, PostEditRefused
from dalan.domains.posts.history import Author, note
from dalan.domains.posts.publishing import filters_given, move
from dalan.domains.posts.tables import Content, Post, ProposedEdit, State
from dalan.kernel import clock, outbox
from dalan.kernel.db import ReadTransaction, WriteTransaction

EDITABLE: frozenset[State] = frozenset(
    {"waiting_for_payment", "waiting_for_review", "waiting_for_edit", "published"}
)
"""Kenar digest 5.6: expired and retired posts are not edited."""

REFUSAL_LENGTH_MAX = 1_000


async def edit(
    tx: WriteTransaction, post: Post, changes: Changes, *, by: Author, reviewed: bool
) -> Post:
    """Change parts of a post; answers it as it is afterwards.

    Nobody but its owner sees a post that waits, so it is changed at once, and one sent back by a
    reviewer goes to them again (without ``reviewed``: straight out). A published one, with
    ``reviewed``, goes on as it was until ``accept_edit``; a second edit takes the place of the
    first. A change that changes nothing does nothing. The caller owns the transaction.

    Raises ``WrongState`` (also when somebody moved it meanwhile), ``InvalidPost``,
    ``media.UnknownImage``, ``media.UnknownFile`` and what ``taxonomy.check_fields`` raises,
    having changed nothing.
    """
    if post.state not in EDITABLE:
        raise WrongState(state=post.state, wanted="edited")
    content = changed(post, changes)
    pictures = await pictures_of(tx, content, by=by, shown=post.image_names)
    if content == content_of(post) and post.state != "waiting_for_edit":
        await _drop_proposal(tx, post)
        return post
    await keep_media(tx, content, pictures, before=post.details.video, by=by)
    if post.state == "published" and reviewed:
        await _propose(tx, post, content, by=by)
        return post
    edited = await _rewrite(tx, post, content, pictures)
    await note(tx, edited, "edited", by=by, content=content)
    await outbox.record(tx, PostEdited(post_id=post.id, token=post.token, state=edited.state))
    if edited.state == "waiting_for_edit":
        edited = await move(tx, edited, "waiting_for_review", by=by)
        if not reviewed:
            edited = await move(tx, edited, "published")
    return edited


async def proposed_edit(tx: ReadTransaction, post_id: int) -> tuple[ProposedEdit, Content] | None:
    """The edit of a post that waits for a reviewer, and what it would say."""
    found = await queries.proposed_edit.one_or_none(tx, post_id=post_id)
    return None if found is None else (found, msgspec.convert(found.content, Content))


async def proposed_edits(
    tx: ReadTransaction,
    *,
    limit: int,
    categories: Sequence[str] | None = None,
    cities: Sequence[str] | None = None,
) -> Sequence[ProposedEdit]:
    """Edits that wait for a reviewer, longest first, of posts in these categories and cities."""
    given = filters_given(categories=categories, cities=cities)
    return await queries.edits_waiting(frozenset(given)).all(tx, **given, count=limit)


async def accept_edit(tx: WriteTransaction, post: Post, *, by: Author) -> Post:
    """Let the post say what was proposed. Raises ``NoSuchEdit`` when nothing was, or is any more,
    and ``WrongState`` when the post is not published now."""
    content = await _take_proposal(tx, post)
    if post.state != "published":
        raise WrongState(state=post.state, wanted="edited")
    edited = await _rewrite(tx, post, content, await pictures_of(tx, content))
    await note(tx, edited, "edit_accepted", by=by, content=content)
    await outbox.record(tx, PostEdited(post_id=post.id, token=post.token, state=edited.state))
    return edited


async def refuse_edit(tx: WriteTransaction, post: Post, *, by: Author, reason: str) -> Post:
    """Keep the post as it is and tell its owner why. Raises ``NoSuchEdit``."""
    await _take_proposal(tx, post)
    refused = await queries.refuse_edit.one_or_none(tx, post_id=post.id, edit_refusal=reason)
    assert refused is not None, "its proposal points to it"
    await note(tx, refused, "edit_refused", by=by, reason=reason)
    await outbox.record(tx, PostEditRefused(post_id=post.id, token=post.token, reason=reason))
    return refused


async def _propose(tx: WriteTransaction, post: Post, content: Content, *, by: Author) -> None:
    await queries.propose_edit.execute(
        tx,
        post_id=post.id,
        content=content,
        proposed_at=clock.now(),
        author=by.kind,
        author_id=by.id,
    )
    await note(tx, post, "edit_proposed", by=by, content=content)
    await outbox.record(tx, PostEditProposed(post_id=post.id, token=post.token))


async def _take_proposal(tx: WriteTransaction, post: Post) -> Content:
    taken = await queries.take_proposed_edit.one_or_none(tx, post_id=post.id)
    if taken is None:
        raise NoSuchEdit(post.token)
    return msgspec.convert(taken.content, Content)


async def _drop_proposal(tx: WriteTransaction, post: Post) -> None:
    await queries.take_proposed_edit.one_or_none(tx, post_id=post.id)


async def _rewrite(
    tx: WriteTransaction, post: Post, content: Content, pictures: Sequence[media.Image]
) -> Post:
    """Write the words down, unless somebody moved the post meanwhile: then ``WrongState``."""
    edited = await queries.rewrite.one_or_none(
        tx,
        post_id=post.id,
        seen_state=post.state,
        district=content.district,
        title=content.title,
        description=content.description,
        fields=content.fields,
        image_names=content.image_names,
        price_mode=content.price_mode,
        price_tomans=content.price_tomans,
        chat_enabled=content.chat_enabled,
        hide_phone=content.hide_phone,
        details=content.details,
        edit_refusal="",
        last_modified_at=clock.now(),
    )
    if edited is None:
        raise WrongState(state=post.state, wanted="edited")
    if content.image_names != post.image_names:
        await queries.drop_post_images.execute(tx, post_id=post.id)
        await queries.add_post_image.execute_many(
            tx,
            [
                {"post_id": post.id, "position": position, "image_id": picture.id}
                for position, picture in enumerate(pictures)
            ],
        )
    return edited
