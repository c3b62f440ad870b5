"""What the taxonomy may refuse."""

from typing import ClassVar, Literal

from msgspec import Struct

from dalan.errors import Conflict, FailedPrecondition, Invalid, NotFound

ProblemCode = Literal[
    "required",
    "unknown_field",
    "wrong_type",
    "not_an_option",
    "too_small",
    "too_large",
    "too_long",
    "too_many",
]


class UnknownCategory(NotFound):
    """No category has this slug."""

    code: ClassVar[str] = "taxonomy.unknown_category"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no category {slug[:80]!r}")
        self.slug = slug


class UnknownCity(NotFound):
    """No city has this slug."""

    code: ClassVar[str] = "taxonomy.unknown_city"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no city {slug[:80]!r}")
        self.slug = slug


class UnknownDistrict(NotFound):
    """No district has this slug."""

    code: ClassVar[str] = "taxonomy.unknown_district"

    def __init__(self, slug: str) -> None:
        super().__init__(f"there is no district {slug[:80]!r}")
        self.slug = slug


class AssetNotPublished(Invalid):
    """The list exists for some categories only, and this is not one of them."""

    code: ClassVar[str] = "taxonomy.asset_not_published"

    def __init__(self, *, asset: str, category_slug: str, supported: tuple[str, ...]) -> None:
        super().__init__(
            f"no {asset} are published for {category_slug[:80]!r}, only for {', '.join(supported)}"
        )
        self.asset = asset
        self.category_slug = category_slug
        self.supported = supported


class NotALeafCategory(Invalid):
    """The category has others below it, so nothing is filed under it and it has no form."""

    code: ClassVar[str] = "taxonomy.not_a_leaf_category"

    def __init__(self, slug: str) -> None:
        super().__init__(f"{slug!r} is a group of categories; pick one below it")
        self.slug = slug


class UnknownEntry(NotFound):
    """There is no such list, or nothing of that slug in it."""

    code: ClassVar[str] = "taxonomy.unknown_entry"

    def __init__(self, name: str, slug: str) -> None:
        super().__init__(f"there is no {slug[:80]!r} in {name[:80]!r}")
        self.list = name
        self.slug = slug


class EntryExists(Conflict):
    """The list has an entry of that slug, perhaps a retired one."""

    code: ClassVar[str] = "taxonomy.entry_exists"

    def __init__(self, name: str, slug: str) -> None:
        super().__init__(f"{slug!r} is in {name!r} already")
        self.slug = slug


class InvalidEntry(Invalid):
    """What an operator says of an entry cannot be; ``field`` is the form's."""

    code: ClassVar[str] = "taxonomy.invalid_entry"

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field


class NeededEntry(FailedPrecondition):
    """The entry cannot go (or come back) while others stand on it (or are gone)."""

    code: ClassVar[str] = "taxonomy.needed_entry"

    def __init__(self, name: str, slug: str) -> None:
        super().__init__(f"{slug!r} of {name!r} is needed")
        self.slug = slug


class FieldProblem(Struct, frozen=True):
    """One thing wrong with one field. ``limit`` is the bound that was passed, if any.

    ``message`` is English and ``message_fa`` Persian; both may be shown to the caller.
    """

    field: str
    code: ProblemCode
    message: str
    message_fa: str
    limit: int | None = None


class InvalidFields(Invalid):
    """Some category fields cannot be accepted; ``problems`` holds every fault, in form order."""

    code: ClassVar[str] = "taxonomy.invalid_fields"

    def __init__(self, category_slug: str, problems: tuple[FieldProblem, ...]) -> None:
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in problems[:10]))
        self.category_slug = category_slug
        self.problems = problems
