"""One call of an operation, as its handler sees it."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from dalan.domains import developers, oauth
from dalan.kernel.db import ReadTransaction, WriteTransaction
from dalan.surfaces.asgi import Scope
from dalan.surfaces.operations import Headers, decode_body, query_of
from dalan.surfaces.services import Services

Wire = TypeVar("Wire")


class Call(msgspec.Struct, kw_only=True):
    """Who calls, with what, and the transaction to answer in.

    GET operations get a look at the database, all others a unit of work that is committed
    before the answer leaves and rolled back on any raise.
    """

    services: Services
    scope: Scope
    caller: developers.Caller | None
    bearer: oauth.Bearer | None
    path: dict[str, str]
    tx: Any
    content: Any = None
    status: int = 0
    """What is answered in place of the operation's own; 204 has no body."""
    headers: Headers = []
    """What is said beside the body, refusals' too."""
    memory: dict[Any, Any] | None = None
    """What operations that only read may keep until somebody commits something (see
    ``ReadTransaction.memory``); keys begin with the operation's name."""

    @property
    def app(self) -> developers.Caller:
        """The calling app; only anonymous operations have none."""
        assert self.caller is not None, "an anonymous operation asked for its app"
        return self.caller

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

    @property
    def person(self) -> oauth.Bearer:
        """The consenting person's grant; operations with scopes always have one."""
        assert self.bearer is not None, "an operation without scopes asked for its person"
        return self.bearer

    @property
    def query(self) -> Mapping[str, str]:
        """The query's fields."""
        return query_of(self.scope)

    def body(self, kind: type[Wire]) -> Wire:
        """The body as ``kind``; raises InvalidBody naming the misfit."""
        return decode_body(self.content, kind)
