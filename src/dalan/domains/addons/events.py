"""What the add-ons room announces, first of all to itself."""

from typing import Any, ClassVar

from dalan.kernel.outbox import Fact


def _resource(app_id: int, post_token: str) -> str:
    """Submissions and removals of one app on one post stay in the order they were made."""
    return f"addon:{app_id}:{post_token}"


class AddonSubmitted(Fact, frozen=True):
    """An app sent a valid add-on for a post, which may not exist."""

    kind: ClassVar[str] = "addons.submitted"

    app_id: int
    post_token: str
    person_id: int | None
    """Whose consent came with it; None: the app's own wish."""
    widgets: list[dict[str, Any]]
    generation: int
    notes: str
    semantic: dict[str, Any]
    semantic_hashed: dict[str, str]

    @property
    def resource(self) -> str:
        return _resource(self.app_id, self.post_token)


class AddonRemoved(Fact, frozen=True):
    """An app took back whatever it attached to a post."""

    kind: ClassVar[str] = "addons.removed"

    app_id: int
    post_token: str

    @property
    def resource(self) -> str:
        return _resource(self.app_id, self.post_token)
