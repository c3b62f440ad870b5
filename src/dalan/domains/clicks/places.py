"""Where a network is: asked of a database file of the operator's, on this machine.

Files of MaxMind's format (GeoLite2, DB-IP and others) are read; without one, or for a network it
does not know, a place is ``Unknown``. A file that is put in the place of another is opened anew.
"""

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from dalan.domains.clicks.counters import UNKNOWN
from dalan.kernel.logs import get

log = get("clicks")

Place = tuple[str, str]
NOWHERE: Final[Place] = (UNKNOWN, UNKNOWN)

REMEMBERED_MAX: Final = 50_000
LOOKED_EVERY_SECONDS: Final = 10.0
NAME_LENGTH_MAX: Final = 64


class Places:
    """Countries and cities of networks, by their English names. ``path`` None: nobody knows any."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: Any = None
        self._mark: tuple[int, int] | None = None
        self._looked_at = -LOOKED_EVERY_SECONDS
        self._known: dict[bytes, Place] = {}

    def of(self, cut: bytes) -> Place:
        """The country and the city of a network, as ``records.cut_of`` cuts them."""
        if not self._is_open() or not cut:
            return NOWHERE
        place = self._known.get(cut)
        if place is None:
            if len(self._known) >= REMEMBERED_MAX:
                self._known.clear()
            place = self._known[cut] = self._looked_up(cut)
        return place

    def code_of(self, cut: bytes) -> str:
        """The two capital letters of a network's country (ISO 3166), "" for unknown."""
        found = self._record(cut) if self._is_open() and cut else {}
        for part in (found.get("country"), found.get("registered_country")):
            code = part.get("iso_code") if isinstance(part, Mapping) else part
            if isinstance(code, str) and len(code) == 2:
                return code.upper()
        return ""

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_open(self) -> bool:
        """There is a file to ask, or there may be one soon."""
        if self._path is None:
            return False
        now = time.monotonic()
        if now - self._looked_at >= LOOKED_EVERY_SECONDS:
            self._looked_at = now
            self._open_if_changed(self._path)
        return True

    def _open_if_changed(self, path: Path) -> None:
        try:
            found = path.stat()
        except OSError:
            mark = None
        else:
            mark = found.st_ino, found.st_mtime_ns
        if mark == self._mark:
            return
        self._mark = mark
        self.close()
        self._known.clear()
        if mark is None:
            log.warning("the file of places is not there")
            return
        import maxminddb  # noqa: PLC0415 (only where there is a file)

        try:
            self._file = maxminddb.open_database(path)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.error("the file of places cannot be read", error=str(error))

    def _looked_up(self, cut: bytes) -> Place:
        found = self._record(cut)
        country = _name(found.get("country")) or _name(found.get("registered_country"))
        return country or UNKNOWN, _name(found.get("city")) or UNKNOWN

    def _record(self, cut: bytes) -> Mapping[str, Any]:
        if self._file is None:
            return {}
        address = (
            ".".join(map(str, (*cut, 0)))
            if len(cut) == 3
            else ":".join(cut[n : n + 2].hex() for n in (0, 2, 4)) + "::"
        )
        found: Any = None
        with contextlib.suppress(Exception):  # a file of IPv4 alone, or a damaged one
            found = self._file.get(address)
        return found if isinstance(found, Mapping) else {}


def _name(part: Any) -> str:
    """The English name of a part of a record; files that give bare texts are read too."""
    if isinstance(part, str):
        return part[:NAME_LENGTH_MAX]
    names = part.get("names") if isinstance(part, Mapping) else None
    name = names.get("en") if isinstance(names, Mapping) else None
    return name[:NAME_LENGTH_MAX] if isinstance(name, str) else ""
