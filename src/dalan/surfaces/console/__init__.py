"""A developer's own window into a dev world. It does not exist in a real one."""

from dalan.surfaces.console.app import make_app

__all__ = ["make_app"]
