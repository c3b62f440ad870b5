"""A developer's own window into a dev world. It does not exist in a real one."""

from dalan.surfaces.console.routes import router

__all__ = ["router"]
