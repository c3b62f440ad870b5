"""The operations by their product number."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from dalan.surfaces.pod.call import Answer, Call
from dalan.surfaces.pod.routes import links


class Product(NamedTuple):
    """A service one can call. ``name``: in logs and orders, for the contract has numbers alone;
    ``writes`` says which kind of transaction it answers in; None: in some of its own."""

    name: str
    handle: Callable[[Call], Awaitable[Answer]]
    writes: bool | None


ADD: Final = 46410

PRODUCTS: Final[dict[int, Product]] = {
    ADD: Product("add_short_link", links.add, writes=True),
    46411: Product("visit_short_link", links.visit, writes=None),
    46412: Product("list_short_links", links.listed, writes=False),
    46413: Product("set_short_link_status", links.set_status, writes=True),
    46414: Product("short_link_statistics", links.statistics, writes=False),
}
