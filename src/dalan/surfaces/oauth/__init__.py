"""The authorization server as browsers and apps meet it: consent page and token endpoint.

Paths: ``/oauth2/auth`` (``/oauth``, ``/auth``), ``/oauth2/token``, ``/oauth2/revoke``,
``/oauth2/introspect``, the documents under ``/.well-known``, and the first contract's
``/v1/open-platform/oauth/access_token``. ``make_app`` gives the ASGI application.
"""

from dalan.surfaces.oauth.app import PATHS, make_app, make_pages

__all__ = ["PATHS", "make_app", "make_pages"]
