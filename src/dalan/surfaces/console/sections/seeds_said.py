"""Why seeds were refused, in the words of whoever reads it."""

from typing import Final

from dalan.domains.world import seeds
from dalan.surfaces.console import reasons
from dalan.surfaces.html.i18n import marked
from dalan.surfaces.html.session import Visitor

SENTENCES: Final = frozenset(
    {
        marked("more than %(most)s bytes"),
        marked("there is nothing in it"),
        marked("this is no YAML"),
        marked("tags are not read"),
        marked("aliases are not read"),
        marked("this is too deep"),
        marked("said twice"),
        marked("give one of path and drawn"),
        marked("one of %(names)s"),
        marked("only a file given to `dalan dev --seeds` has paths"),
        marked("%(path)s cannot be read"),
        marked("no business of this file is called so"),
        marked("no post of this file is called so"),
        marked("only an app in production has a ceiling"),
        marked("there is none of that name"),
        marked("nobody is called so, in this file or by number"),
        marked("%(key)s is there already"),
    }
)
"""What is said of seeds here; a test holds it to all that is. What the libraries that read YAML
say stays as they say it."""


def why(visitor: Visitor, refused: seeds.SeedsRefused) -> str:
    """The reason; "" where only the file's own reader can tell it."""
    if refused.refusal is not None:
        told = reasons.explained(refused.refusal.code)
        return told.fa if visitor.lang == "fa" else told.en
    if refused.sentence in SENTENCES:
        return visitor.gettext(refused.sentence, **refused.facts)
    return visitor.gettext("Something there cannot be read:")
