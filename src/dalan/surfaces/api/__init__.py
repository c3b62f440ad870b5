"""Our own API, ``/api/dalan/v1``: what no published contract has, with an app's API key."""

from dalan.surfaces.api.app import Api

__all__ = ["Api"]
