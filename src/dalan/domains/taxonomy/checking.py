"""Deciding whether a post's category fields are acceptable, and putting them in one spelling."""

from collections.abc import Mapping
from math import isnan

from dalan.domains.taxonomy.amending import remembered
from dalan.domains.taxonomy.errors import FieldProblem, InvalidFields, ProblemCode
from dalan.domains.taxonomy.fields import FIXED_PRICE, PRICE, PRICE_MODE
from dalan.domains.taxonomy.forms import submit_schema
from dalan.domains.taxonomy.terms import Field, SubmitSchema

FIELDS_MAX = 100
"""More keys than any form has; past it we stop naming the unknown ones."""

_FOLDED = str.maketrans(
    "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩يىك٫",
    "01234567890123456789ییک.",
    "\u0640\u066c",  # tatweel and the Persian thousands separator say nothing
)
_SEPARATORS = str.maketrans("", "", ",،_ \u00a0\u202f\u200c\u200e\u200f")

_YES = {"true", "1", "yes", "on", "دارد", "بله"}
_NO = {"false", "0", "no", "off", "ندارد", "خیر"}


_NOTHING: Mapping[str, object] = {}


class _RefusalError(Exception):
    """One value cannot be accepted; never leaves this module."""

    def __init__(
        self, code: ProblemCode, message: str, message_fa: str, limit: int | None = None
    ) -> None:
        super().__init__(message)
        self.code: ProblemCode = code
        self.message = message
        self.message_fa = message_fa
        self.limit = limit


def check_fields(
    category_slug: str,
    values: Mapping[str, object],
    *,
    partial: bool = False,
    standing: Mapping[str, object] = _NOTHING,
) -> dict[str, object]:
    """The values in one spelling, in form order; nothing is kept from what is refused.

    Numbers may come as JSON numbers or as text in Persian, Arabic or Latin digits with
    separators; a ``{"mode", "value"}`` object is read as a price; ``دارد``/``ندارد`` fields
    take booleans too; options are matched by slug, whatever the yeh, kaf and digits. ``null``,
    empty text and empty lists count as absent, and hyphens in names as underscores. A price
    need not be given when ``price_mode`` says it is not fixed. With ``partial``, as when a post
    is edited, required fields may be absent. ``standing`` is what the post said before: an option
    that was retired since may stay where it stands.

    Money is in tomans, as on the wire. Raises ``UnknownCategory``, ``NotALeafCategory``, and
    ``InvalidFields`` with one problem per fault, all at once.
    """
    schema = submit_schema(category_slug)
    given, problems = _by_name(schema, values)
    accepted: dict[str, object] = {}
    for field in schema.fields:
        if field.name not in given:
            continue
        try:
            accepted[field.name] = _accept(
                schema, field, given[field.name], standing.get(field.name)
            )
        except _RefusalError as refused:
            problems.append(
                FieldProblem(
                    field=field.name,
                    code=refused.code,
                    message=refused.message,
                    message_fa=refused.message_fa,
                    limit=refused.limit,
                )
            )
    if not partial:
        problems += _missing(schema, given, accepted)
    if problems:
        place = {field.name: number for number, field in enumerate(schema.fields)}
        problems.sort(key=lambda problem: place.get(problem.field, len(place)))
        raise InvalidFields(category_slug, tuple(problems))
    return accepted


def _by_name(
    schema: SubmitSchema, values: Mapping[str, object]
) -> tuple[dict[str, object], list[FieldProblem]]:
    given: dict[str, object] = {}
    problems: list[FieldProblem] = []
    for key, told in values.items():
        name = key.replace("-", "_")
        field = schema.field(name)
        if field is None:
            if len(problems) < FIELDS_MAX:
                problems.append(
                    FieldProblem(
                        field=key[:80],
                        code="unknown_field",
                        message=f"{schema.category} has no such field",
                        message_fa="این دسته چنین ویژگی‌ای ندارد",
                    )
                )
            continue
        value = told.strip() if isinstance(told, str) else told
        if field.name == PRICE.name and isinstance(told, Mapping):
            mode = told.get("mode")
            if mode and PRICE_MODE.name not in values and schema.field(PRICE_MODE.name):
                given[PRICE_MODE.name] = mode
            value = told.get("value")
        if value is None or value == "" or value == [] or value == ():
            continue
        given[name] = value
    return given, problems


def _missing(
    schema: SubmitSchema, given: Mapping[str, object], accepted: Mapping[str, object]
) -> list[FieldProblem]:
    price_is_open = accepted.get(PRICE_MODE.name, FIXED_PRICE) != FIXED_PRICE
    return [
        FieldProblem(
            field=field.name,
            code="required",
            message="this field is required",
            message_fa=f"«{field.title}» را وارد کنید",
        )
        for field in schema.fields
        if field.required
        and field.name not in given
        and not (field.name == PRICE.name and price_is_open)
    ]


def _accept(schema: SubmitSchema, field: Field, value: object, standing: object) -> object:
    if field.type == "array":
        return _several(schema, field, value, standing)
    if field.options:
        return _option(schema, field, value, standing)
    if field.type == "integer":
        return _integer(field, value)
    if field.type == "float":
        return _decimal(field, value)
    if field.type == "boolean":
        return _boolean(value)
    return _text(field, value)


def _fold(value: str) -> str:
    return value.translate(_FOLDED).strip()


@remembered()
def _slugs(category_slug: str) -> dict[str, dict[str, str]]:
    """Per field, each option's slug by its folded spelling."""
    return {
        field.name: {_fold(option.slug): option.slug for option in field.options}
        for field in submit_schema(category_slug).fields
        if field.options
    }


def _option(schema: SubmitSchema, field: Field, value: object, standing: object) -> str:
    slugs = _slugs(schema.category)[field.name]
    if isinstance(value, bool) and {"دارد", "ندارد"} <= slugs.keys():
        return "دارد" if value else "ندارد"
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise _RefusalError(
            "wrong_type", "must be one of the options", "یکی از گزینه‌ها را انتخاب کنید"
        )
    slug = slugs.get(_fold(value)) or _stays(field, value, standing)
    if slug is None:
        raise _RefusalError(
            "not_an_option",
            f"{value[:60]!r} is not one of the options",
            "این گزینه در فهرست نیست",
        )
    return slug


def _stays(field: Field, value: str, standing: object) -> str | None:
    """A retired option that the post says already."""
    said = standing if isinstance(standing, list | tuple) else (standing,)
    return next(
        (one.slug for one in field.retired if _fold(one.slug) == _fold(value) and one.slug in said),
        None,
    )


def _several(schema: SubmitSchema, field: Field, value: object, standing: object) -> list[str]:
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list | tuple):
        raise _RefusalError("wrong_type", "must be a list", "باید فهرستی از گزینه‌ها باشد")
    if field.items_max is not None and len(value) > field.items_max:
        raise _RefusalError(
            "too_many",
            f"at most {field.items_max} items",
            f"حداکثر {field.items_max} گزینه انتخاب کنید",
            field.items_max,
        )
    return list(dict.fromkeys(_option(schema, field, item, standing) for item in value))


def _integer(field: Field, value: object) -> int:
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = int(_fold(value).translate(_SEPARATORS))
        except ValueError:
            value = None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _RefusalError("wrong_type", "must be a whole number", "باید عدد صحیح باشد")
    _within(field, value)
    return value


def _decimal(field: Field, value: object) -> float:
    if isinstance(value, str) and len(value) <= 40:
        try:
            value = float(_fold(value).replace("/", ".").translate(_SEPARATORS))
        except ValueError:
            value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or isnan(value):
        raise _RefusalError("wrong_type", "must be a number", "باید عدد باشد")
    _within(field, value)
    return float(value)


def _within(field: Field, value: float) -> None:
    if field.minimum is not None and value < field.minimum:
        raise _RefusalError(
            "too_small",
            f"must be at least {field.minimum}",
            f"نباید کمتر از {field.minimum} باشد",
            field.minimum,
        )
    if field.maximum is not None and value > field.maximum:
        raise _RefusalError(
            "too_large",
            f"must be at most {field.maximum}",
            f"نباید بیشتر از {field.maximum} باشد",
            field.maximum,
        )


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        word = _fold(value).lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
    raise _RefusalError("wrong_type", "must be true or false", "باید بله یا خیر باشد")


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise _RefusalError("wrong_type", "must be text", "باید متن باشد")
    if "\x00" in value:
        raise _RefusalError("wrong_type", "must not hold a null character", "نویسهٔ نامجاز دارد")
    if field.length_max is not None and len(value) > field.length_max:
        raise _RefusalError(
            "too_long",
            f"at most {field.length_max} characters",
            f"حداکثر {field.length_max} نویسه",
            field.length_max,
        )
    return value
