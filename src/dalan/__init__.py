"""Dalan: an open marketplace platform that lets other people's apps in."""

__version__ = "0.1.0"
