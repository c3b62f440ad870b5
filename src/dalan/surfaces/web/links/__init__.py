"""Pages of short links: a person's under ``/my-divar/links``, an app's in its panel."""

from dalan.surfaces.web.links.routes import router

__all__ = ["router"]
