"""What owners are told of decisions about their posts."""

from dalan.domains import notices, posts
from dalan.kernel import clock
from dalan.kernel.db import WriteTransaction


async def tell_owner(
    tx: WriteTransaction, post: posts.Post, decided: str, *, reason: str = ""
) -> None:
    """Tell the owner by notice; ``decided`` names the words (``notices``), which are said in the
    language they read. ``reason`` is in their language already."""
    await notices.tell(
        tx,
        [post.owner_id],
        kind="post_review",
        occasion=f"post_review:{post.id}:{decided}:{clock.now().isoformat()}",
        facts={
            "decided": decided,
            "title": post.title,
            "reason": reason,
            "path": f"/my-divar/my-posts/{post.token}",
        },
    )


async def tell_banned(tx: WriteTransaction, person_id: int, *, reason: str) -> None:
    """Tell somebody that they may not post, and why."""
    await notices.tell(
        tx,
        [person_id],
        kind="post_review",
        occasion=f"post_review:banned:{clock.now().isoformat()}",
        facts={"decided": "banned", "reason": reason, "path": "/my-divar/my-posts"},
    )
