"""What the authorization server announces."""

from typing import ClassVar

from dalan.kernel.outbox import Fact


class FamilyRevoked(Fact, frozen=True):
    """A consent's tokens died before their time; event subscriptions made with them die too.

    ``reason``: ``code_reused`` or ``refresh_token_reused`` (somebody may have stolen one),
    ``revoked_by_app`` (it gave its refresh token back).
    """

    kind: ClassVar[str] = "oauth.family_revoked"

    family_id: int
    person_id: int
    app_id: int
    reason: str

    @property
    def resource(self) -> str:
        return f"token_family:{self.family_id}"


class AccessRevoked(Fact, frozen=True):
    """A person took back all they gave an app: every token of theirs for it died with this.

    ``tell_app``: they had let it be told (``NOTIFICATION_ACCESS_REVOCATION``) and know them
    (``USER_ID``). ``reason``: ``disconnected`` by the person, ``person_blocked`` or
    ``account_closed``.
    """

    kind: ClassVar[str] = "oauth.access_revoked"

    person_id: int
    app_id: int
    reason: str
    tell_app: bool

    @property
    def resource(self) -> str:
        return f"authorization_grant:{self.person_id}:{self.app_id}"


class ScopesWithdrawn(Fact, frozen=True):
    """A person took back part of what they gave an app, as ``(scope name, resource)`` pairs."""

    kind: ClassVar[str] = "oauth.scopes_withdrawn"

    person_id: int
    app_id: int
    scopes: list[tuple[str, str]]

    @property
    def resource(self) -> str:
        return f"authorization_grant:{self.person_id}:{self.app_id}"
