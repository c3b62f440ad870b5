"""The pages of those who run the place: reviews, apps, people, and the log of changes."""

from dalan.surfaces.web.admin.routes import router

__all__ = ["router"]
