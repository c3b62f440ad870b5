"""Connected apps: what a person gave to whom, and taking it back."""

from dalan.surfaces.web.connections.routes import router

__all__ = ["router"]
