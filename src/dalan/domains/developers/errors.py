"""What the room may refuse."""

from datetime import datetime
from typing import ClassVar

from dalan.errors import (
    Conflict,
    FailedPrecondition,
    Forbidden,
    Invalid,
    NotFound,
    ResourceExhausted,
    Unauthenticated,
)


class UnknownApp(NotFound):
    """No app has this slug, or the asker is none of its members."""

    code: ClassVar[str] = "developers.unknown_app"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no app {slug[:80]!r}")
        self.slug = slug


class InvalidSlug(Invalid):
    """A slug has 3 to 40 lower-case letters, digits and single hyphens, and is not reserved."""

    code: ClassVar[str] = "developers.invalid_slug"

    def __init__(self, slug: str, *, reserved: bool = False) -> None:
        why = "is reserved" if reserved else "needs 3 to 40 of a-z, 0-9 and single hyphens"
        super().__init__(f"the slug {slug[:80]!r} {why}")
        self.slug, self.reserved = slug, reserved


class SlugTaken(Conflict):
    """Another app has this slug."""

    code: ClassVar[str] = "developers.slug_taken"

    def __init__(self, slug: str) -> None:
        super().__init__(f"the slug {slug!r} is taken")
        self.slug = slug


class TooMany(ResourceExhausted):
    """There may be no more of these.

    ``what`` is apps, keys, redirect_uris, members, wishes, or requests (of one day).
    """

    code: ClassVar[str] = "developers.too_many"

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"at most {most} {what.replace('_', ' ')}")
        self.what, self.most = what, most


class InvalidField(Invalid):
    """One field cannot be accepted. ``problem`` is a word the surface has its own text for:

    required, too_long, too_many, unknown, and for addresses: not_an_address, scheme, https_needed,
    userinfo, query, fragment; for keys: unreadable, private_key, weak_key, unknown_key_type; for
    the address of a key set besides: no_answer, not_found, no_keys.
    """

    code: ClassVar[str] = "developers.invalid_field"

    def __init__(self, field: str, problem: str, *, most: int | None = None) -> None:
        limit = f" (at most {most})" if most is not None else ""
        super().__init__(f"{field}: {problem.replace('_', ' ')}{limit}")
        self.field, self.problem, self.most = field, problem, most


class BeyondCeiling(Forbidden):
    """A key was asked to do more than its app may."""

    code: ClassVar[str] = "developers.beyond_ceiling"

    def __init__(self, permissions: tuple[str, ...]) -> None:
        super().__init__(f"the app does not have {', '.join(permissions)[:400]}")
        self.permissions = permissions


class UnknownPermission(Invalid):
    """There is no such permission."""

    code: ClassVar[str] = "developers.unknown_permission"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no permission {name[:80]!r}")
        self.name = name


class UnknownKey(NotFound):
    """The app has no such key."""

    code: ClassVar[str] = "developers.unknown_key"

    def __init__(self) -> None:
        super().__init__("the app has no such key")


class RotationUnderWay(Conflict):
    """A key has a successor while the one before it still opens doors; a third waits."""

    code: ClassVar[str] = "developers.rotation_under_way"

    def __init__(self) -> None:
        super().__init__("this key is being rotated already; end the old key first")


class NoKeysHeld(FailedPrecondition):
    """An app that proves itself by signatures only needs a key to sign with."""

    code: ClassVar[str] = "developers.no_keys_held"

    def __init__(self) -> None:
        super().__init__("an app that only signs keeps one public key at least")


class InvalidPodToken(Unauthenticated):
    """We never issued this API token, or it has ended."""

    code: ClassVar[str] = "developers.invalid_pod_token"

    def __init__(self) -> None:
        super().__init__("the API token is not valid")


class InvalidServiceKey(Unauthenticated):
    """The service key is missing, or is none of the app behind the API token."""

    code: ClassVar[str] = "developers.invalid_service_key"

    def __init__(self) -> None:
        super().__init__("the service key is not valid")


class NotAllowed(Forbidden):
    """A member's role does not reach that far."""

    code: ClassVar[str] = "developers.not_allowed"

    def __init__(self, *, role: str, needed: str) -> None:
        super().__init__(f"a {role} may not do this; it takes an {needed}")
        self.role, self.needed = role, needed


class AlreadyMember(Conflict):
    """The person is a member of the app already."""

    code: ClassVar[str] = "developers.already_member"

    def __init__(self) -> None:
        super().__init__("this person is a member already")


class UnknownMember(NotFound):
    """The person is no member of the app."""

    code: ClassVar[str] = "developers.unknown_member"

    def __init__(self) -> None:
        super().__init__("this person is no member of the app")


class LastOwner(FailedPrecondition):
    """An app keeps one owner at least."""

    code: ClassVar[str] = "developers.last_owner"

    def __init__(self) -> None:
        super().__init__("an app keeps one owner at least; name another owner first")


class WrongState(FailedPrecondition):
    """The app is not in a state that allows it."""

    code: ClassVar[str] = "developers.wrong_state"

    def __init__(self, *, state: str, asked: str) -> None:
        super().__init__(f"an app that is {state.replace('_', ' ')} cannot be {asked}")
        self.state, self.asked = state, asked


class UnknownRequest(NotFound):
    """There is no such request, or it is another app's."""

    code: ClassVar[str] = "developers.unknown_request"

    def __init__(self) -> None:
        super().__init__("there is no such request")


class AlreadyAsked(Conflict):
    """The app has some of what was asked for, or waits for it."""

    code: ClassVar[str] = "developers.already_asked"

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"the app has or waits for {', '.join(names)[:400]}")
        self.names = names


class MissingKey(Unauthenticated):
    """The call carries no API key."""

    code: ClassVar[str] = "developers.missing_key"

    def __init__(self) -> None:
        super().__init__("the API key is missing")


class InvalidKey(Unauthenticated):
    """We never issued this API key."""

    code: ClassVar[str] = "developers.invalid_key"

    def __init__(self) -> None:
        super().__init__("the API key is not valid")


class RevokedKey(Unauthenticated):
    """The API key was revoked."""

    code: ClassVar[str] = "developers.revoked_key"

    def __init__(self) -> None:
        super().__init__("the API key was revoked")


class ExpiredKey(Unauthenticated):
    """The API key has expired."""

    code: ClassVar[str] = "developers.expired_key"

    def __init__(self, expired_at: datetime) -> None:
        super().__init__("the API key has expired")
        self.expired_at = expired_at


class AppNotActive(Forbidden):
    """The app is suspended or inactive; none of its keys opens anything."""

    code: ClassVar[str] = "developers.app_not_active"

    def __init__(self, *, slug: str, state: str) -> None:
        super().__init__(f"the app {slug} is {state}")
        self.slug, self.state = slug, state


class PermissionMissing(Forbidden):
    """The API key does not carry the permission that the call needs."""

    code: ClassVar[str] = "developers.permission_missing"

    def __init__(self, permission: str) -> None:
        super().__init__(f"the API key lacks the permission {permission}")
        self.permission = permission


class QuotaExceeded(ResourceExhausted):
    """The app called more often than it may. ``window`` is minute or day."""

    code: ClassVar[str] = "developers.quota_exceeded"

    def __init__(self, *, slug: str, window: str, most: int, retry_after_seconds: int) -> None:
        limit = "minutely rate limit" if window == "minute" else "daily quota"
        super().__init__(f"{limit} exceeded", retry_after_seconds=retry_after_seconds)
        self.slug, self.window, self.most = slug, window, most
