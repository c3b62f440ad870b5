"""The operations of the contract, a file per tag."""

from dalan.surfaces.kenar.routes import assets, finder

OPERATIONS = (*finder.OPERATIONS, *assets.OPERATIONS)
"""Every operation this surface answers."""
