"""Chats for people: the list of them, one of them, and an app's bot."""

from dalan.surfaces.web.chats.routes import router

__all__ = ["router"]
