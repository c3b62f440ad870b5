"""Every operation of our own API."""

from typing import Final

from dalan.surfaces.api import events, link_batches, link_events, link_files, link_reports, links
from dalan.surfaces.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (
    *events.OPERATIONS,
    *links.OPERATIONS,
    *link_batches.OPERATIONS,
    *link_files.OPERATIONS,
    *link_reports.OPERATIONS,
    *link_events.OPERATIONS,
)
