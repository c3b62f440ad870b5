"""What this installation is set to; to be read, for settings are read once, at the start."""

from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import get
from litestar.di import NamedDependency

from dalan.settings import PREFIX, Settings
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.admin import desk
from dalan.surfaces.web.admin.desk import PATH, AnyResponse

SHOWN_TEXTS: Final = frozenset(
    {"world", "home", "host", "public_base_url", "trusted_proxies", "log_file"}
)
"""Texts that hold no secret. Every other text, those added later too, is shown as set or not:
an address of a database or a gateway has a password in it as soon as not."""


@get(f"{PATH}/settings")
async def settings_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Every setting by name, and whether it is as it comes."""
    async with services.db.read() as tx:
        me = await desk.entered(tx, visitor, "settings")
    return desk.page(
        visitor,
        me,
        "admin/settings.html",
        current="settings",
        settings=shown(services.settings),
    )


def shown(settings: Settings) -> list[dict[str, Any]]:
    """Name, text and whether it differs from the default; of texts that may be secret, and of
    those alone, ``is_hidden`` with ``is_set``."""
    rows = []
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        is_hidden = not isinstance(value, bool | int | float) and field.name not in SHOWN_TEXTS
        rows.append(
            {
                "name": field.name if field.name == "world" else f"{PREFIX}{field.name.upper()}",
                "text": "" if is_hidden else _text(value),
                "is_hidden": is_hidden,
                "is_set": bool(value),
                "is_changed": value != field.default,
            }
        )
    return rows


def _text(value: str | float | Path) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
