"""What the posts room announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class PostChangedState(Fact, frozen=True):
    """A post went from one state to another; ``before`` is empty for a new one."""

    kind: ClassVar[str] = "posts.changed_state"

    post_id: int
    token: str
    before: str
    state: str
    development: bool = False

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"


class PostEdited(Fact, frozen=True):
    """A post says something else now; ``state`` is the one it is in."""

    kind: ClassVar[str] = "posts.edited"

    post_id: int
    token: str
    state: str

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"


class PostEditProposed(Fact, frozen=True):
    """A published post is to say something else once a reviewer agrees."""

    kind: ClassVar[str] = "posts.edit_proposed"

    post_id: int
    token: str

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"


class PostEditRefused(Fact, frozen=True):
    """A reviewer refused an edit; the post goes on as it was."""

    kind: ClassVar[str] = "posts.edit_refused"

    post_id: int
    token: str
    reason: str

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"


class PostRelisted(Fact, frozen=True):
    """A post was bumped or renewed: it stands first again, or stands for longer."""

    kind: ClassVar[str] = "posts.relisted"

    post_id: int
    token: str
    how: str

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"


class PostEndsSoon(Fact, frozen=True):
    """A published post ends within a day."""

    kind: ClassVar[str] = "posts.ends_soon"

    post_id: int
    token: str

    @property
    def resource(self) -> str:
        return f"post:{self.post_id}"
