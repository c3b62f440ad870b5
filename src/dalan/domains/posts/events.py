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
