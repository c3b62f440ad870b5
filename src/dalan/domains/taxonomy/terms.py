"""The room's words: what a category, a place, an option and a form field are."""

from typing import Literal

from msgspec import Struct

FieldType = Literal["string", "integer", "float", "boolean", "array"]
LineKind = Literal["text", "choice", "choices", "number", "money", "year", "flag"]


class Option(Struct, frozen=True):
    """One published value: the slug goes over the wire, the Persian display is for people."""

    slug: str
    display: str


class Category(Struct, frozen=True):
    """A node of the category tree. Posts are filed under leaves only.

    ``display`` is the breadcrumb from the root joined by `` - ``, as the assets publish it;
    ``title`` is the last step of it. ``level`` is 0 for the root, at most 3.
    """

    slug: str
    title: str
    title_en: str
    display: str
    parent: str | None
    level: int
    leaf: bool


class City(Struct, frozen=True):
    """A city; ``province`` is its Persian name, empty where we do not know it."""

    slug: str
    display: str
    province: str


class District(Struct, frozen=True):
    """A part of a city; not every city has any."""

    slug: str
    display: str
    city: str


class Field(Struct, frozen=True, kw_only=True):
    """One field of a submit form.

    A field with ``options`` takes one of their slugs (an array: any of them, at most
    ``items_max``); those in ``retired`` stand in posts of before alone.
    ``unit`` follows the value when it is shown (``متر``, ``تومان``);
    ``minimum`` and ``maximum`` are inclusive and in that unit; a text is bounded by
    ``length_max`` characters.
    """

    name: str
    title: str
    title_en: str
    type: FieldType
    kind: LineKind
    required: bool = False
    options: tuple[Option, ...] = ()
    retired: tuple[Option, ...] = ()
    unit: str = ""
    item_type: FieldType | None = None
    minimum: int | None = None
    maximum: int | None = None
    length_max: int | None = None
    items_max: int | None = None

    @property
    def form_title(self) -> str:
        """The title as a form shows it, its unit in brackets."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


class SubmitSchema(Struct, frozen=True):
    """The form of one leaf category, fields in the order a person fills them in."""

    category: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name, if the form has it."""
        return next((field for field in self.fields if field.name == name), None)


class FieldLine(Struct, frozen=True):
    """One line of a post page: ``متراژ`` / ``۹۰ متر``, digits written Latin in ``text``."""

    name: str
    title: str
    title_en: str
    text: str
    kind: LineKind
