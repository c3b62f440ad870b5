"""What an add-on says to the marketplace itself: keys and values nobody is shown.

Values named by ``semantic_paths`` are copied from the widgets and kept plain. Of the ``semantic``
object only the published keys with one of their published values are kept plain; everything else
is kept as a keyed hash, so that equal values can be told to be equal and nothing can be read back.

Source: reference/kenar.md 6.8 and 10.5.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin

import msgspec

from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.widgets import Placed
from dalan.kernel.crypto import Keyring

KEYS_MAX = 50
KEY_LENGTH_MAX = 100
VALUE_LENGTH_MAX = 2_000

_IDENTITY_STAGES = frozenset(
    {
        "IDENTITYVERIFICATIONSTAGE_NOT_STARTED",
        "NATIONAL_INFO_VERIFICATION",
        "IMAGE_VERIFICATION",
        "VIDEO_VERIFICATION",
    }
)
_CAR_STAGES = frozenset(
    {
        "CARVERIFICATIONSTAGE_NOT_STARTED",
        "CARVERIFICATIONSTAGE_SHAHKAR",
        "CAR_CARD_VERIFICATION",
        "CAR_MODEL_VERIFICATION",
    }
)

PREDEFINED: Final[Mapping[str, frozenset[str]]] = {
    "payment_method": frozenset({"SECURE"}),
    "identity_verification_result": frozenset({"FACE_AND_ID_MATCHED"}),
    "post_verification_result": frozenset({"POST_INFORMATION_MATCHED"}),
    "ownership_result": frozenset({"OWNERSHIP_CONFIRMED", "OWNERSHIP_DELEGATION_CONFIRMED"}),
    "inspection_result": frozenset({"INSPECTION_APPROVED"}),
    "status": frozenset({"SUCCEEDED", "FAILED", "EXPIRED", "PENDING"}),
    "identity_verification_last_successful_stage": _IDENTITY_STAGES,
    "identity_verification_failure_reason": _IDENTITY_STAGES,
    "car_verification_last_successful_stage": _CAR_STAGES,
    "car_verification_failure_reason": _CAR_STAGES,
    "new_face_verification_result": frozenset({"NEW_FACE_VERIFICATION_FAILED"}),
    "online_reservation_capability": frozenset({"ONLINE_RESERVATION_AVAILABLE"}),
}
"""Keys kept plain, with the values they may have."""

_ALIASES: Final = {"post_verifcation_result": "post_verification_result"}

HASHED_BY_THE_APP: Final = frozenset(
    {"VIN", "chassis_number", "engine_number", "real_estate_id", "old_real_estate_id"}
)
"""Apps send the SHA-256 of these in hex, never the number itself."""

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")

_TAG_BY_VALUE: Final = (
    ("identity_verification_result", "FACE_AND_ID_MATCHED", "IDENTITY_VERIFIED"),
    ("post_verification_result", "POST_INFORMATION_MATCHED", "POST_VERIFIED"),
    ("ownership_result", "OWNERSHIP_CONFIRMED", "POST_OWNERSHIP_VERIFIED"),
    ("ownership_result", "OWNERSHIP_DELEGATION_CONFIRMED", "POST_OWNERSHIP_VERIFIED"),
    ("inspection_result", "INSPECTION_APPROVED", "EXPERT_INSPECTED"),
    ("payment_method", "SECURE", "SECURE_PAYMENT"),
    ("online_reservation_capability", "ONLINE_RESERVATION_AVAILABLE", "ONLINE_RESERVATION"),
)


def read_semantic(fields: Fields | None) -> dict[str, str]:
    """The ``semantic`` object: texts only, slips of the documents mended.

    Raises ``InvalidAddon`` for anything else, and for a number the app had to hash first.
    """
    if fields is None:
        return {}
    given = fields.texts(
        keys_max=KEYS_MAX, key_length_max=KEY_LENGTH_MAX, text_length_max=VALUE_LENGTH_MAX
    )
    read = {}
    for key, value in given.items():
        if key in HASHED_BY_THE_APP and _SHA256_HEX.fullmatch(value) is None:
            raise fields.refuse(
                key, "must be the SHA-256 of the normalised value, as 64 lower-case hex digits"
            )
        read[_ALIASES.get(key, key)] = value
    return read


def split(
    semantic: Mapping[str, str], *, sensitive: Iterable[str] | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """What is kept plain, and what is to be hashed.

    ``sensitive``: the keys a body of the first generation names; then only those, and the numbers
    that are hashed by the app already, are hashed here.
    """
    named = None if sensitive is None else {*sensitive, *HASHED_BY_THE_APP}
    plain: dict[str, str] = {}
    secret: dict[str, str] = {}
    for key, value in semantic.items():
        is_plain = value in PREDEFINED.get(key, ()) if named is None else key not in named
        (plain if is_plain else secret)[key] = value
    return plain, secret


def hashed(values: Mapping[str, str], keys: Keyring) -> dict[str, str]:
    """Each value as a keyed hash in hex: the same for every app, and no way back."""
    return {
        key: keys.secret_mac(f"{key}\0{value}", "semantic").hex() for key, value in values.items()
    }


def copied(widgets: Sequence[Placed]) -> dict[str, Any]:
    """What the widgets' ``semantic_paths`` name. A field that is not set gives nothing.

    Raises ``InvalidAddon`` for a path that leads nowhere in that kind of widget.
    """
    found: dict[str, Any] = {}
    for placed in widgets:
        for key, path in placed.semantic_paths.items():
            where = f"{placed.where.rpartition('.')[0]}.semantic_paths.{key}"
            value = _at(path, placed, where)
            if value in (None, "", [], {}):
                continue
            if key in HASHED_BY_THE_APP and not (
                isinstance(value, str) and _SHA256_HEX.fullmatch(value)
            ):
                raise InvalidAddon(where, "must lead to a SHA-256 in 64 lower-case hex digits")
            found[_ALIASES.get(key, key)] = value
    return found


def tags(semantic: Mapping[str, Any]) -> list[str]:
    """The service tags these values earn, in a fixed order."""
    earned = (tag for key, value, tag in _TAG_BY_VALUE if semantic.get(key) == value)
    return list(dict.fromkeys(earned))


def _at(path: str, placed: Placed, where: str) -> Any:
    value: Any = placed.widget
    kind: Any = type(placed.widget)
    for part in path.split("."):
        shape = _struct_in(kind)
        if shape is not None:
            kind = {field.name: field.type for field in msgspec.structs.fields(shape)}.get(part)
            value = getattr(value, part, None)
        elif get_origin(kind) is dict:
            # Inside an app's own data any name may be meant; it is there or it is not.
            value = value.get(part) if isinstance(value, dict) else None
            continue
        else:
            kind = None
        if kind is None:
            raise InvalidAddon(where, f"there is no {path[:100]} in {placed.widget.name}")
    return msgspec.to_builtins(value)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The struct that is this type, or the one struct of ``Struct | None``."""
    options = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    for option in options:
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return option
    return None
