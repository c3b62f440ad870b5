"""The operations of the contract, a file per tag."""

from dalan.surfaces.kenar.routes import addons, assets, finder

OPERATIONS = (*addons.OPERATIONS, *finder.OPERATIONS, *assets.OPERATIONS)
"""Every operation this surface answers."""
