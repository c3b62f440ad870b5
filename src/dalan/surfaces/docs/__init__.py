"""The guide and the API reference as pages of the platform itself, under ``/docs``.

The words are the Markdown files of the repository's ``docs/``; the reference is drawn from the
OpenAPI documents that the other surfaces publish. Both work without JavaScript.
"""

from dalan.surfaces.docs.app import make_app

__all__ = ["make_app"]
