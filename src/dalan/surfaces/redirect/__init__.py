"""Short links as visitors meet them: ``GET /l/{hash}``. Alone, so that it stays fast."""

from dalan.surfaces.redirect.app import Redirect

__all__ = ["Redirect"]
