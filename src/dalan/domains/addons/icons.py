"""The icon names of the Kenar contract. Facts only: their drawings are not published.

Other names are accepted wherever an icon may stand, and never given back where the contract
answers with an enum. Source: reference/kenar.md 6.4.
"""

from functools import cache
from importlib import resources

import msgspec

_ALIASES = {"REAL_STATE": "REAL_ESTATE"}
_NONE = frozenset({"", "UNKNOWN"})


@cache
def names() -> frozenset[str]:
    """All 822 of them."""
    file = resources.files("dalan.domains.addons") / "data" / "icons.json"
    return msgspec.json.decode(file.read_bytes(), type=frozenset[str])


def meant(name: str) -> str:
    """The name as stored: slips of the documents mended, "" for no icon at all."""
    return "" if name in _NONE or name.endswith("_UNSPECIFIED") else _ALIASES.get(name, name)


def published(name: str) -> str:
    """The name if the contract lists it, else ""; for fields that are enums on the wire."""
    return name if name in names() else ""
