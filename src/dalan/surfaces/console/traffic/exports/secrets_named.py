"""Names for the secrets of an export: one environment variable for each that was replaced."""

from collections.abc import Callable, Sequence

from dalan.surfaces.console.traffic.exchange import Exchange, Side
from dalan.surfaces.console.traffic.veil import MARK

NOT_SENT = frozenset(
    {
        "accept-encoding", "connection", "content-length", "host", "keep-alive", "te",
        "transfer-encoding", "upgrade", "expect", "x-request-id", "…",
    }
)  # fmt: skip
"""Headers that a client makes anew for each request."""


PREFIX = "REPLAY_"
"""Of every variable: a body that somebody else wrote may look as if a secret had been replaced in
it, and must not be able to name a variable that holds something."""


class Names:
    """Which variable stands for which secret, in the order they come up."""

    def __init__(self) -> None:
        self.by_mark: dict[tuple[str, str], str] = {}

    def of(self, kind: str, number: str) -> str:
        """The variable of a secret, named now if it has none."""
        known = self.by_mark.get((kind, number))
        if known is not None:
            return known
        name = f"{PREFIX}{kind.upper()}"
        taken = sum(1 for other, _ in self.by_mark if other == kind)
        self.by_mark[kind, number] = name if not taken else f"{name}_{taken + 1}"
        return self.by_mark[kind, number]

    def told(self) -> list[tuple[str, str]]:
        """Every variable, and in words which secret it is."""
        return [
            (name, f"the {kind.replace('_', ' ')} numbered {number}")
            for (kind, number), name in self.by_mark.items()
        ]

    def parts(
        self, text: str, *, literal: Callable[[str], str], secret: Callable[[str], str]
    ) -> list[str]:
        """``text`` piece by piece: what stands in it as ``literal`` writes it, and the names of
        its secrets as ``secret`` does."""
        pieces, at = [], 0
        for found in MARK.finditer(text):
            if found.start() > at:
                pieces.append(literal(text[at : found.start()]))
            pieces.append(secret(self.of(found[1], found[2])))
            at = found.end()
        if at < len(text) or not pieces:
            pieces.append(literal(text[at:]))
        return pieces


def sent_headers(one: Exchange) -> list[tuple[str, str]]:
    """The headers a client is told to send."""
    return [(name, value) for name, value in one.request.headers if name not in NOT_SENT]


def can_be_sent(side: Side) -> bool:
    """Whether its body was kept whole, as it was."""
    return side.kind == "none" or (side.kind == "text" and side.is_exact)


def in_one_line(text: str) -> str:
    """For a comment: printable ASCII and nothing that ends a line."""
    return "".join(one if " " <= one <= "~" else "?" for one in text[:200])


def chosen(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """Those that can be written down as a request to this world, or to an app: what somebody asked
    for under anything but a path would, put behind our address, make another one of it."""
    return [
        one
        for one in exchanges
        if one.method.isascii()
        and one.method.isalpha()
        and (one.direction == "out" or one.address.startswith("/"))
    ]
