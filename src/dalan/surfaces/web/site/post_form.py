"""The form of a post: what its category asks, what was typed, and what is wrong with that.

What was typed is kept as it was typed, by the names of the form's fields (``Typed``); only
``wording`` makes values of it. Prices are typed and shown in tomans.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from dalan.domains import posts, taxonomy
from dalan.kernel.text import fold
from dalan.surfaces.html import forms, numbers
from dalan.surfaces.html.i18n import Lang, translator

Typed = dict[str, list[str]]

FIELD_PREFIX: Final = "f_"
"""Before the names of the category's own fields, so that none is taken for one of all posts'."""

PICK_PREFIX: Final = "pick_"
"""Before a field's name: which of several lines that look like what was typed is meant."""

LOOKUP_FROM: Final = 60
"""A field with more options than this is typed and looked up; a list of all of them would be
larger than the rest of the page."""

CHIPS_MAX: Final = 6
SUGGESTED_MAX: Final = 8
OFFERED_MAX: Final = 20
LONG_TEXT_FROM: Final = 200

_PRICE, _PRICE_MODE, _FREE = "price", "price_mode", "مجانی"
BUSINESS: Final = "business"
"""The field that says for which business a post is; empty: for oneself."""

_COMMON: Final = (
    "title",
    "description",
    "city",
    "district",
    "chat_enabled",
    "hide_phone",
    BUSINESS,
)
_VALUE_LENGTH_MAX: Final = 1_200
_DESCRIPTION_KEPT_MAX: Final = 2 * posts.DESCRIPTION_LENGTH_MAX
_VALUES_MAX: Final = 40


class Control(msgspec.Struct, kw_only=True):
    """One field of the category, as the form shows it.

    ``control``: ``text``, ``textarea``, ``number``, ``money``, ``select``, ``chips``, ``checks``,
    ``flag`` or ``lookup`` (typed, and looked up among options that are too many to show).
    """

    name: str
    title: str
    control: str
    required: bool
    unit: str = ""
    options: list[tuple[str, str]] = []
    values: list[str] = []
    hint: str = ""
    error: str = ""
    length_max: int | None = None
    words: str = ""
    suggestions: list[tuple[str, str]] = []
    lookup_url: str = ""


def empty(category: str) -> Typed:
    """What stands in a form nobody has touched: chat is on, the first way of pricing chosen."""
    typed: Typed = {"chat_enabled": ["1"]}
    mode = taxonomy.submit_schema(category).field(_PRICE_MODE)
    if mode is not None:
        typed[FIELD_PREFIX + _PRICE_MODE] = [mode.options[0].slug]
    return typed


def typed_of(form: forms.Form, category: str) -> Typed:
    """What was typed into a submitted form, within bounds; fields it does not have are left out."""
    schema = taxonomy.submit_schema(category)
    names = [*_COMMON]
    for field in schema.fields:
        names += [FIELD_PREFIX + field.name, PICK_PREFIX + field.name]
    typed: Typed = {}
    for name in names:
        most = _DESCRIPTION_KEPT_MAX if name == "description" else _VALUE_LENGTH_MAX
        values = [
            value.replace("\r\n", "\n").replace("\x00", "")[:most]
            for value in form.values.get(name, [])[:_VALUES_MAX]
        ]
        if any(values):
            typed[name] = values
    return typed


def typed_of_post(post: posts.Post) -> Typed:
    """What stands in the form of a post that is there already."""
    typed: Typed = {
        "title": [post.title],
        "description": [post.description],
        "city": [post.city],
        "district": [post.district],
    }
    for name in ("chat_enabled", "hide_phone"):
        if getattr(post, name):
            typed[name] = ["1"]
    schema = taxonomy.submit_schema(post.category)
    for key, value in posts.form_values(post).items():
        field = schema.field(key)
        if field is None:  # a form of before
            continue
        if isinstance(value, list):
            said = [str(one) for one in value]
        elif isinstance(value, bool):
            said = ["1"] if value else []
        elif is_lookup(field):
            said = [_display(field, str(value))]
        else:
            said = [
                f"{value:,}"
                if field.kind == "money"
                else f"{value:g}"
                if isinstance(value, float)
                else str(value)
            ]
        if said:
            typed[FIELD_PREFIX + key] = said
    return typed


def first(typed: Typed, name: str) -> str:
    """What was typed into a field that takes one value."""
    values = typed.get(name)
    return values[0].strip() if values else ""


def is_lookup(field: taxonomy.Field) -> bool:
    """Whether the field is typed and looked up."""
    return field.kind == "choice" and len(field.options) > LOOKUP_FROM


def fields_of(typed: Typed, category: str) -> dict[str, object]:
    """The category's fields, as ``taxonomy.check_fields`` takes them. What is given away has no
    price, whatever stood in its field before."""
    values: dict[str, object] = {}
    for field in taxonomy.submit_schema(category).fields:
        given = typed.get(FIELD_PREFIX + field.name, [])
        if field.type == "array":
            values[field.name] = [one for one in given if one]
        elif field.type == "boolean":
            values[field.name] = True if given else None
        elif is_lookup(field):
            values[field.name] = _looked_up(field, typed)
        else:
            values[field.name] = first(typed, FIELD_PREFIX + field.name)
    if values.get(_PRICE_MODE) == _FREE:
        values[_PRICE] = None
    return values


def wording(typed: Typed, category: str, image_names: Sequence[str]) -> posts.Wording:
    """What was typed, as the words of a post; still unchecked."""
    return posts.Wording(
        category=category,
        city=first(typed, "city"),
        district=district_of(typed),
        title=first(typed, "title"),
        description=first(typed, "description"),
        fields=fields_of(typed, category),
        image_names=list(image_names),
        chat_enabled="chat_enabled" in typed,
        hide_phone="hide_phone" in typed,
    )


def district_of(typed: Typed) -> str:
    """The district, unless it is of a city chosen before: then there is none."""
    district = first(typed, "district")
    try:
        is_there = taxonomy.district(district).city == first(typed, "city")
    except taxonomy.UnknownDistrict:
        return ""
    return district if is_there else ""


def errors_of(
    typed: Typed,
    category: str,
    image_names: Sequence[str],
    lang: Lang,
    *,
    standing: posts.Post | None = None,
) -> dict[str, str]:
    """What must be corrected, by the name of the form's field, in the order of the form.
    ``standing``: the post that is edited. Raises ``taxonomy.UnknownCategory`` for one that is
    retired."""
    _ = translator(lang)
    said = wording(typed, category, image_names)
    faults = posts.faults_of(said, standing=standing)
    words = {
        "title": _(
            "Write a title of %(least)s to %(most)s letters.",
            least=posts.TITLE_LENGTH_MIN,
            most=posts.TITLE_LENGTH_MAX,
        ),
        "description": _(
            "Write a description of at most %(most)s letters.", most=posts.DESCRIPTION_LENGTH_MAX
        ),
        "city": _("Choose the city."),
        "district": _("Choose a district of this city."),
        "images": _("At most %(most)s pictures.", most=posts.IMAGES_MAX),
    }
    errors: dict[str, str] = {}
    if "images" in faults.post_fields:
        errors["pictures"] = words["images"]
    for problem in faults.problems:
        text = problem.message_fa if lang == "fa" else _sentence(problem.message)
        if problem.code == "not_an_option":
            text = _("Choose one of the list.")
        errors.setdefault(FIELD_PREFIX + problem.field, text)
    for name in ("city", "district", "title", "description"):
        if name in faults.post_fields:
            errors[name] = words[name]
    if said.hide_phone and not said.chat_enabled:
        errors["chat_enabled"] = _("Leave one way to reach you: your number, or chat.")
    return errors


def controls(category: str, typed: Typed, errors: Mapping[str, str], lang: Lang) -> list[Control]:
    """The category's fields in order, ready to be drawn."""
    _ = translator(lang)
    return [
        _control(field, category, typed, errors, lang, _)
        for field in taxonomy.submit_schema(category).fields
    ]


def offered(category: str, field_name: str, query: str) -> list[str]:
    """The options of a looked-up field that hold all words of ``query``, as people read them;
    none for a field that is not looked up. Raises what ``taxonomy.submit_schema`` raises."""
    field = taxonomy.submit_schema(category).field(field_name)
    if field is None or not is_lookup(field):
        return []
    return [display for _slug, display in _alike(field, query, most=OFFERED_MAX)]


def _control(
    field: taxonomy.Field,
    category: str,
    typed: Typed,
    errors: Mapping[str, str],
    lang: Lang,
    _: Callable[..., str],
) -> Control:
    name = FIELD_PREFIX + field.name
    values = typed.get(name, [])
    made = Control(
        name=name,
        title=field.title if lang == "fa" else field.title_en,
        control=_kind_of(field),
        required=field.required,
        unit=field.unit,
        options=[(option.slug, option.display) for option in field.options]
        # What is offered no more stays where it stands.
        + [(option.slug, option.display) for option in field.retired if option.slug in values],
        values=values,
        error=errors.get(name, ""),
        length_max=field.length_max,
    )
    if made.control == "lookup":
        made.options = []
        made.lookup_url = f"/new/options/{category}/{field.name}"
        made.hint = _("Write a part of the name, and choose from what is offered.")
        typed_text = first(typed, name)
        if typed_text and _looked_up(field, typed) == typed_text and made.error:
            made.suggestions = _alike(field, typed_text, most=SUGGESTED_MAX)
            if made.suggestions:
                made.error = _("Which of these do you mean?")
    elif made.control == "money" and values:
        amount = forms.Form({name: values}).whole_number(name)
        if amount is not None and amount >= 0:
            made.values = [f"{amount:,}"]
            made.words = numbers.in_words(amount, lang)
    elif field.kind == "year":
        made.hint = _("Of the Solar Hijri calendar, such as %(year)s.", year=1401)
    return made


def _kind_of(field: taxonomy.Field) -> str:
    if field.kind == "choices":
        return "checks"
    if field.kind == "choice":
        if is_lookup(field):
            return "lookup"
        few = len(field.options) <= CHIPS_MAX
        return "chips" if few and (field.required or field.name == _PRICE_MODE) else "select"
    if field.kind == "text":
        return "textarea" if (field.length_max or 0) > LONG_TEXT_FROM else "text"
    return {"number": "number", "year": "number", "money": "money", "flag": "flag"}[field.kind]


def _looked_up(field: taxonomy.Field, typed: Typed) -> str:
    """The slug of what was typed or picked; what was typed itself when it is none of them."""
    picked = first(typed, PICK_PREFIX + field.name)
    text = first(typed, FIELD_PREFIX + field.name)
    if not text:
        return ""
    alike = _alike(field, text, most=SUGGESTED_MAX)
    if picked and any(slug == picked for slug, _display in alike):
        return picked
    wanted = fold(text)
    for option in (*field.options, *field.retired):
        if wanted in (fold(option.display), fold(option.slug)):
            return option.slug
    return alike[0][0] if len(alike) == 1 else text


def _alike(field: taxonomy.Field, text: str, *, most: int) -> list[tuple[str, str]]:
    words = fold(text[:_VALUE_LENGTH_MAX]).split()
    found: list[tuple[str, str]] = []
    for option in field.options:
        name = fold(f"{option.display} {option.slug}")
        if words and all(word in name for word in words):
            found.append((option.slug, option.display))
            if len(found) == most:
                break
    return found


def _display(field: taxonomy.Field, slug: str) -> str:
    return next((one.display for one in (*field.options, *field.retired) if one.slug == slug), slug)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
