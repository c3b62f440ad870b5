"""Every operation of our own API."""

from typing import Final

from dalan.surfaces.api import events
from dalan.surfaces.operations import Operation

OPERATIONS: Final[tuple[Operation, ...]] = (*events.OPERATIONS,)
