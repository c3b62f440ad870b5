"""What the links room may refuse."""

from typing import ClassVar

from dalan.domains.links.tables import Link
from dalan.errors import Conflict, Invalid, NotFound, ResourceExhausted


class TargetMissing(Invalid):
    """A link without an address or a text leads nowhere."""

    code: ClassVar[str] = "links.target_missing"

    def __init__(self) -> None:
        super().__init__("an address or a text is needed")


class InvalidLink(Invalid):
    """A part of a link, or of a question about links, is not what it may be."""

    code: ClassVar[str] = "links.invalid"

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class HashTooLong(Invalid):
    """A hash of one's own choice has more characters than it may."""

    code: ClassVar[str] = "links.hash_too_long"

    def __init__(self, *, longest: int) -> None:
        super().__init__(f"a hash has at most {longest} characters")
        self.longest = longest


class HashTaken(Conflict):
    """Another link has this hash, or one that looks the same."""

    code: ClassVar[str] = "links.hash_taken"

    def __init__(self) -> None:
        super().__init__("the hash is taken")


class AlreadyShortened(Conflict):
    """The owner has a live link of this kind to the same."""

    code: ClassVar[str] = "links.already_shortened"

    def __init__(self, *, hash_: str) -> None:
        super().__init__("the same was shortened before")
        self.hash = hash_


class KeyReused(Conflict):
    """An idempotency key came again with another request."""

    code: ClassVar[str] = "links.key_reused"

    def __init__(self) -> None:
        super().__init__("the idempotency key was used for another request")


class UnknownLink(NotFound):
    """There is no such link, or it is somebody else's."""

    code: ClassVar[str] = "links.unknown"

    def __init__(self) -> None:
        super().__init__("there is no such link")


class LinkNotOpen(UnknownLink):
    """There is such a link, and no visitor gets behind it now."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.link = link


class DeactivatedLink(LinkNotOpen):
    """Its owner switched it off, or deleted it."""

    code: ClassVar[str] = "links.deactivated"


class NotYetValid(LinkNotOpen):
    """Its time is to come."""

    code: ClassVar[str] = "links.not_yet"


class VisitLimitReached(LinkNotOpen):
    """As many visitors came as may."""

    code: ClassVar[str] = "links.limit_reached"


class ProtectedLink(LinkNotOpen):
    """It asks for a password, and none came, or a wrong one."""

    code: ClassVar[str] = "links.protected"


class ExpiredLink(LinkNotOpen):
    """There was such a link, and its time is over."""

    code: ClassVar[str] = "links.expired"


class TooManyGuesses(ResourceExhausted):
    """So many wrong passwords came that the next ones are not looked at for a while."""

    code: ClassVar[str] = "links.too_many_guesses"

    def __init__(self, *, retry_after_seconds: int) -> None:
        super().__init__(
            "too many wrong passwords: try again later", retry_after_seconds=retry_after_seconds
        )


class UnknownDomain(NotFound):
    """There is no such short domain, or it was removed."""

    code: ClassVar[str] = "links.unknown_domain"

    def __init__(self) -> None:
        super().__init__("there is no such short domain")


class BlockedHost(InvalidLink):
    """Nobody's links may lead to this host: its operator said so."""

    code: ClassVar[str] = "links.host_blocked"

    def __init__(self, *, host: str, field: str) -> None:
        super().__init__(f"links may not lead to {host}", field=field)
        self.host = host


class BlockedLink(UnknownLink):
    """The link leads to a host that was blocked."""

    code: ClassVar[str] = "links.blocked"


class QuarantinedLink(UnknownLink):
    """Operators keep visitors from the link until they have made up their minds."""

    code: ClassVar[str] = "links.quarantined"


class InvalidHost(Invalid):
    """This names no host and no network, or too many at once; or its note is too long."""

    code: ClassVar[str] = "links.invalid_host"

    def __init__(self, *, field: str = "host") -> None:
        super().__init__("a host, an address by number or a network is needed")
        self.field = field


class UnknownHost(NotFound):
    """No such host is blocked, or no longer."""

    code: ClassVar[str] = "links.unknown_host"

    def __init__(self) -> None:
        super().__init__("no such host is blocked")


class InvalidLinkReport(Invalid):
    """A report has a known reason and a text within bounds; «other» needs a text."""

    code: ClassVar[str] = "links.invalid_report"


class LinkReportedAlready(Conflict):
    """The same browser reported this link before."""

    code: ClassVar[str] = "links.reported_already"

    def __init__(self) -> None:
        super().__init__("this link was reported from here before")


class ReportsOutdated(Conflict):
    """Nothing that was read is open any more: somebody else decided."""

    code: ClassVar[str] = "links.reports_outdated"

    def __init__(self) -> None:
        super().__init__("the reports were decided meanwhile")


class LinkLimit(ResourceExhausted):
    """An owner made, or somebody reported, so many links that more have to wait."""

    code: ClassVar[str] = "links.limit"

    def __init__(self, *, allowed: int, retry_after_seconds: int) -> None:
        super().__init__(f"at most {allowed} in this time", retry_after_seconds=retry_after_seconds)
        self.allowed = allowed
