"""What the authorization server announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class FamilyRevoked(Fact, frozen=True):
    """A consent's tokens died before their time; event subscriptions made with them die too.

    ``reason``: ``code_reused`` or ``refresh_token_reused`` (somebody may have stolen one).
    """

    kind: ClassVar[str] = "oauth.family_revoked"

    family_id: int
    person_id: int
    app_id: int
    reason: str

    @property
    def resource(self) -> str:
        return f"token_family:{self.family_id}"
