"""Every operation of our own API."""

from typing import Final

from dalan.surfaces.api import events, link_batches, link_files, links
from dalan.surfaces.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *events.OPERATIONS,
    *links.OPERATIONS,
    *link_batches.OPERATIONS,
    *link_files.OPERATIONS,
)
