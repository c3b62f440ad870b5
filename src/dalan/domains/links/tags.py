"""Tags of links: one text with commas in, one text with commas out.

Source: pod-links.md 3.2.
"""

import re
import unicodedata
from typing import Final

from dalan.domains.links.errors import InvalidLink
from dalan.kernel.text import fold

TAGS_MAX: Final = 20
TAG_LENGTH_MAX: Final = 50


def tags_in(text: str, *, field: str = "tags") -> dict[str, str]:
    """The tags of a text by what they fold to, in its order, each once. Raises InvalidLink."""
    found: dict[str, str] = {}
    for part in re.split("[,\u060c]", text):
        name = unicodedata.normalize("NFC", part.strip())
        folded = fold(name)
        if not folded:
            continue
        if len(name) > TAG_LENGTH_MAX or "\x00" in name:
            raise InvalidLink(f"a tag has at most {TAG_LENGTH_MAX} characters", field=field)
        found.setdefault(folded, name)
    if len(found) > TAGS_MAX:
        raise InvalidLink(f"at most {TAGS_MAX} tags are kept", field=field)
    return found
