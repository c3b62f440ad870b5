"""What every page needs: the template environment, Persian and English, CSRF, forms, static files.

It lies below the surfaces that show pages; ``README.md`` beside this file lists every macro.
"""

from dalan.surfaces.html import csrf, forms, i18n, numbers, static, templates
from dalan.surfaces.html.context import Flash, PageContext, Viewer, theme_of
from dalan.surfaces.html.forms import Form, FormUnreadable, UploadedFile
from dalan.surfaces.html.responses import Action, error_page, page, remember, see_other
from dalan.surfaces.html.templates import render

__all__ = [
    "Action",
    "Flash",
    "Form",
    "FormUnreadable",
    "PageContext",
    "UploadedFile",
    "Viewer",
    "csrf",
    "error_page",
    "forms",
    "i18n",
    "numbers",
    "page",
    "remember",
    "render",
    "see_other",
    "static",
    "templates",
    "theme_of",
]
