"""Everything that is wrong with a post at once, for a form; and the post it would be."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from dalan.domains import taxonomy
from dalan.domains.posts.content import (
    IMAGES_MAX,
    check_category,
    check_place,
    checked,
    checked_details,
    clean_description,
    clean_title,
)
from dalan.domains.posts.errors import InvalidPost
from dalan.domains.posts.submitting import LIFETIME
from dalan.domains.posts.tables import Content, Details, Post
from dalan.kernel import clock


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants a post to say, unchecked. Prices among ``fields``, in tomans."""

    category: str
    city: str
    district: str = ""
    title: str
    description: str
    fields: Mapping[str, object]
    image_names: Sequence[str] = ()
    chat_enabled: bool = True
    hide_phone: bool = False
    details: Details = msgspec.field(default_factory=Details)


class Faults(msgspec.Struct, frozen=True):
    """What is wrong: with the category's fields, and with what all posts have, by field."""

    problems: tuple[taxonomy.FieldProblem, ...] = ()
    post_fields: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.problems or self.post_fields)


def faults_of(said: Wording, *, standing: Post | None = None) -> Faults:
    """Every fault, none if ``create`` would take it (pictures aside, which it looks up), or for
    the post ``standing`` now, ``edit``.

    Raises ``taxonomy.UnknownCategory`` and ``NotALeafCategory``.
    """
    problems: tuple[taxonomy.FieldProblem, ...] = ()
    check_category(said.category, standing)
    try:
        taxonomy.check_fields(
            said.category, said.fields, standing=standing.fields if standing is not None else {}
        )
    except taxonomy.InvalidFields as invalid:
        problems = invalid.problems
    wrong: set[str] = set()
    checks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (clean_title, (said.title,)),
        (clean_description, (said.description,)),
        (check_place, (said.city, said.district, standing)),
        (checked_details, (said.details,)),
    ]
    for check, given in checks:
        try:
            check(*given)
        except InvalidPost as invalid:
            wrong.add(invalid.field)
        except taxonomy.UnknownCity:
            wrong.add("city")
        except taxonomy.UnknownDistrict:
            wrong.add("district")
    if len(said.image_names) > IMAGES_MAX:
        wrong.add("images")
    return Faults(problems, frozenset(wrong))


def would_be(said: Wording, *, owner_id: int) -> Post:
    """The post these words would make, for showing it before it is one: number 0, no token.

    Raises what ``create`` raises of the words.
    """
    content = checked(**{name: getattr(said, name) for name in said.__struct_fields__})
    now = clock.now()
    return Post(
        id=0,
        token="",
        owner_id=owner_id,
        category=said.category,
        city=said.city,
        state="waiting_for_review",
        reject_reason="",
        development=False,
        created_at=now,
        first_published_at=None,
        last_modified_at=now,
        listed_at=now,
        expires_at=now + LIFETIME,
        state_changed_at=now,
        **{name: getattr(content, name) for name in content.__struct_fields__},
    )


def with_content(post: Post, content: Content) -> Post:
    """The post as it would be with other words, such as those of an edit that waits."""
    return msgspec.structs.replace(
        post, **{name: getattr(content, name) for name in content.__struct_fields__}
    )
