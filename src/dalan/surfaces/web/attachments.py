"""Files that come with tickets and receipts: taken from a form, and given out as downloads only."""

import re
from typing import Any, Final
from urllib.parse import quote

from litestar import Response

from dalan.domains import media, support
from dalan.domains.support import File, Prepared, Sent
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web import support_words

ACCEPT: Final = "image/*,.pdf,.txt,.log,.json,.csv,.har,.zip"
_FORM_BYTES: Final = 256 * 1024


async def form_with_files(visitor: Visitor, services: Services) -> html.Form:
    """The submitted form, as large as the site takes any."""
    return await visitor.form(size_bytes_max=2 * services.settings.image_bytes_max - _FORM_BYTES)


async def prepared(
    visitor: Visitor, services: Services, form: html.Form, field: str = "files"
) -> list[Prepared]:
    """What was attached, made fit to keep; nothing, and the field failed, when it will not do."""
    _ = visitor.gettext
    sent = [
        Sent(one.filename, one.content)
        for one in form.files.get(field, [])
        if one.filename or one.content
    ]
    try:
        return await support.prepare(sent, image_bytes_max=services.settings.image_bytes_max)
    except support.RefusedFile as error:
        form.fail(field, support_words.refusal(_, visitor.lang, error))
    except media.ImagesQueueFull:
        form.fail(field, _("Many pictures are being stored just now. Try again in a moment."))
    return []


def download(file: File, content: bytes) -> Response[Any]:
    """A file to be saved, not shown: whatever is in it, it does nothing on our site."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", file.name)
    return Response(
        content,
        media_type=support.CONTENT_TYPES[file.kind],
        headers={
            "content-disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(file.name, safe='')}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "private, no-store",
        },
    )
