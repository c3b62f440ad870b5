"""What everybody sees: newest posts, the page of one, and people's own posts."""

from dalan.surfaces.web.site.routes import router

__all__ = ["router"]
