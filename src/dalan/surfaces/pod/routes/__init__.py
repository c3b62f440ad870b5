"""The operations by their product number."""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from dalan.surfaces.pod.call import Answer, Call
from dalan.surfaces.pod.routes import links


class Product(NamedTuple):
    """A service one can call: ``writes`` says which kind of transaction it answers in."""

    handle: Callable[[Call], Awaitable[Answer]]
    writes: bool


ADD: Final = 46410

PRODUCTS: Final[dict[int, Product]] = {
    ADD: Product(links.add, writes=True),
    46411: Product(links.visit, writes=False),
    46412: Product(links.listed, writes=False),
    46413: Product(links.set_status, writes=True),
    46414: Product(links.statistics, writes=False),
}
