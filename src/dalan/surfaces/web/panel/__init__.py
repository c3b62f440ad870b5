"""The developers' panel: where apps are registered, given keys and told where they live."""

from dalan.surfaces.web.panel.routes import router

__all__ = ["router"]
