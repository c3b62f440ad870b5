"""Files of links, ours and other shorteners', read into rows of one shape.

Nothing here knows a database: a file goes in, rows come out, each with what could not be read of
it. What becomes of the rows is decided in ``links.importing``.
"""

from dalan.domains.links.imports.reading import (
    IMPORT_BYTES_MAX,
    IMPORT_ROWS_MAX,
    IMPORT_SOURCES,
    ImportSource,
    Reading,
    UnreadableImport,
    read_import,
)
from dalan.domains.links.imports.rows import ImportRow

__all__ = [
    "IMPORT_BYTES_MAX",
    "IMPORT_ROWS_MAX",
    "IMPORT_SOURCES",
    "ImportRow",
    "ImportSource",
    "Reading",
    "UnreadableImport",
    "read_import",
]
