"""One call of an operation, as its handler sees it."""

from typing import Any, Literal, TypeVar

import msgspec

from dalan.domains import identity, oauth
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.basalam.auth import Caller
from dalan.surfaces.basalam.errors import SomebodyElses
from dalan.surfaces.basalam.wire import decode
from dalan.surfaces.operations import header
from dalan.surfaces.services import Services

Wire = TypeVar("Wire", bound=msgspec.Struct)


class Call(msgspec.Struct, kw_only=True):
    """Who calls, with what, and the transaction to answer in.

    GET operations get a look at the database, all others a unit of work that is committed before
    the answer leaves; operations with ``access="own"`` begin theirs themselves.
    """

    services: Services
    scope: Scope
    caller: Caller
    path: dict[str, str]
    tx: Any = None
    content: Any = None

    @property
    def person_id(self) -> int:
        """Whose token it is."""
        return self.caller.bearer.person_id

    @property
    def look(self) -> ReadTransaction:
        """The transaction, to read with."""
        tx: ReadTransaction = self.tx
        return tx

    @property
    def unit(self) -> WriteTransaction:
        """The transaction, to write with."""
        assert isinstance(self.tx, WriteTransaction), "only operations that are no GET write"
        return self.tx

    def allows(self, scope: str) -> bool:
        """The token holds this scope, itself or through one that implies it."""
        return oauth.allows(self.caller.bearer, scope)

    def body(self, kind: type[Wire]) -> Wire:
        """The body as ``kind``; raises Unprocessable naming every misfit."""
        return decode.body_as(self.content, kind)

    def id_of(self, name: str) -> int:
        """A number out of the path, within 64 bits. Raises Unprocessable."""
        return decode.path_id(name, self.path[name])

    async def require_self(self, tx: ReadTransaction) -> None:
        """The person of the path is the token's, by the number they have outside.

        Raises Unprocessable for what is no number, SomebodyElses for anybody else, whether they
        exist or not.
        """
        asked = self.id_of("user_id")
        if asked != (await identity.number_of(tx, self.person_id)).number:
            raise SomebodyElses("the path names another user than the access token's")

    @property
    def prefers(self) -> Literal["minimal", "full"]:
        """How much the caller wants back (``prefer: return=full``)."""
        return "full" if decode.preference(header(self.scope, b"prefer")) == "full" else "minimal"
