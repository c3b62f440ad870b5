"""The pictures of a post's form: those it has, those that come, and their order.

Without JavaScript a button of the form says what is to be done with which (``do``), and the same
form is shown again; a new picture is stored at once, so that nothing has to be chosen twice.
"""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from dalan.domains import media, posts
from dalan.surfaces.html import forms
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.web.site import showing

FILES_FIELD: Final = "pictures"
NAMES_FIELD: Final = "picture"


class FormPicture(msgspec.Struct, frozen=True):
    """A picture of the form; ``number`` counts from 1, the first is the cover."""

    name: str
    url: str
    number: int


class Pictures(msgspec.Struct):
    """What the form shows after all that, and what went wrong."""

    names: list[str]
    problems: list[str] = []


async def of_form(visitor: Visitor, form: forms.Form, *, allowed: Collection[str] = ()) -> Pictures:
    """The pictures a submitted form names, moved as its button says, and the new ones stored.

    A name counts if the person sent that picture, or it is ``allowed``, as those of a post that
    is being edited are. Somebody who is not signed in has none.
    """
    _ = visitor.gettext
    if visitor.person is None:
        return Pictures([])
    named = list(dict.fromkeys(form.all(NAMES_FIELD)))[: posts.IMAGES_MAX]
    taken = Pictures(moved(await standing(visitor, named, allowed=allowed), form.raw("do")))
    if len(taken.names) < len([name for name in named if f"remove:{name}" != form.raw("do")]):
        taken.problems.append(_("A picture is no longer there; please add it again."))
    for file in form.files.get(FILES_FIELD, []):
        if not file.content:
            continue
        if len(taken.names) >= posts.IMAGES_MAX:
            taken.problems.append(_("At most %(most)s pictures.", most=posts.IMAGES_MAX))
            break
        name, problem = await store(visitor, file)
        if name:
            taken.names.append(name)
        else:
            taken.problems.append(problem)
    return taken


async def store(visitor: Visitor, file: forms.UploadedFile) -> tuple[str, str]:
    """The name of a stored picture, or "" and what is wrong with it, for its sender."""
    _ = visitor.gettext
    assert visitor.person is not None, "only people who are signed in send pictures"
    services, shown = visitor.services, showing.short(file.filename, longest=40) or "?"
    bytes_max = services.settings.image_bytes_max
    try:
        stored = await media.store_image(
            services.db,
            services.media,
            file.content,
            purpose="post",
            person_id=visitor.person.id,
            bytes_max=bytes_max,
        )
    except media.ImageTooLarge:
        megabytes = max(1, bytes_max // 1_000_000)
        return "", _(
            "%(name)s is too large; a picture has at most %(num)s megabytes.",
            name=shown,
            num=megabytes,
        )
    except media.UnreadableImage:
        return "", _("%(name)s is no picture we can read: send JPEG, PNG or WebP.", name=shown)
    except (media.ImagesQueueFull, media.StoreUnavailable):
        return "", _("%(name)s could not be stored just now; please try again.", name=shown)
    return stored.name, ""


async def standing(
    visitor: Visitor, names: Sequence[str], *, allowed: Collection[str] = ()
) -> list[str]:
    """Those of the names that are still there and this person may show, in their order."""
    if visitor.person is None:
        return []
    left = [name for name in names if media.is_name(name)]
    async with visitor.services.db.look() as tx:
        while left:
            try:
                found = await media.images(tx, left)
            except media.UnknownImage as unknown:
                left.remove(unknown.name)
                continue
            return [
                one.name
                for one in found
                if one.name in allowed
                or (one.person_id == visitor.person.id and one.purpose == "post")
            ]
    return []


def moved(names: Sequence[str], do: str) -> list[str]:
    """The same pictures after a button was pressed: ``remove:…``, ``first:…``, ``up:…`` or
    ``down:…`` and a name; any other button leaves them."""
    verb, _, name = do.partition(":")
    ordered = list(names)
    if name not in ordered:
        return ordered
    place = ordered.index(name)
    ordered.pop(place)
    if verb == "remove":
        return ordered
    to = {"first": 0, "up": max(0, place - 1), "down": place + 1}.get(verb, place)
    ordered.insert(to, name)
    return ordered


def shown(names: Sequence[str]) -> list[FormPicture]:
    """The pictures, ready to be drawn."""
    return [
        FormPicture(name, media.path_of(name, showing.THUMBNAIL_SIZE), number)
        for number, name in enumerate(names, 1)
    ]
