"""Signing in, and what belongs to the person who did."""

from dalan.surfaces.web.account.routes import router

__all__ = ["router"]
