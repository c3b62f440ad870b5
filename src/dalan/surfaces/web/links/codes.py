"""The QR code of a link as a picture to keep: SVG and PNG, in the size and colours one asks for."""

from typing import Final
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency

from dalan.domains import links
from dalan.surfaces import html, qr
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.links import holding
from dalan.surfaces.web.links.holding import AnyResponse

SIZES: Final = (256, 512, 1_024, 2_048)
HEADERS: Final = {"cache-control": "private, no-cache", "x-content-type-options": "nosniff"}


def scanned_address(services: Services, link: links.Link) -> str:
    """What a code says: the short address, marked so that a scan is told from a click."""
    return f"{holding.short_address(services, link)}?qr"


@get(holding.at("/at/{hash:str}/qr.svg"))
async def code_as_svg(visitor: NamedDependency[Visitor]) -> Response[str]:
    """A drawing, for print in any size."""
    address, look = await _asked(visitor)
    return Response(
        qr.svg(address, look, inline=False),
        media_type="image/svg+xml",
        headers=HEADERS | _as_file(visitor, "svg"),
    )


@get(holding.at("/at/{hash:str}/qr.png"))
async def code_as_png(visitor: NamedDependency[Visitor]) -> Response[bytes]:
    """A picture of so many pixels."""
    address, look = await _asked(visitor)
    return Response(
        qr.png(address, look),
        media_type="image/png",
        headers=HEADERS | _as_file(visitor, "png"),
    )


@get(holding.at("/at/{hash:str}/qr"))
async def code_page(visitor: NamedDependency[Visitor]) -> AnyResponse:
    """The code, large enough to print, and the form for how it looks."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
    query = visitor.request.query_params
    form = html.Form({name: [query.get(name, "")] for name in qr.FIELDS})
    _ = visitor.gettext
    look = qr.Look()
    try:
        look = qr.look_from(dict(query))
    except qr.InvalidLook as error:
        form.fail(error.field, _refusal(visitor, error.field))
    values = {
        "size": look.size_px, "dark": look.dark, "light": look.light, "margin": look.margin,
        "level": look.level,
    }  # fmt: skip
    asked = urlencode(values | ({"domain": link.domain} if link.domain else {}))
    return holder.page(
        visitor,
        "links/code.html",
        form=form,
        link=link,
        link_url=holder.path_of(link),
        picture=qr.svg(scanned_address(visitor.services, link), look),
        readable=holding.readable_address(visitor.services, link),
        look=values,
        svg_url=f"{holder.path_of(link, 'qr.svg').partition('?')[0]}?{asked}&save=1",
        png_url=f"{holder.path_of(link, 'qr.png').partition('?')[0]}?{asked}&save=1",
        sizes=[(size, f"{size} × {size}") for size in SIZES],
        levels=[
            ("l", _("Low: smallest, for screens")),
            ("m", _("Medium")),
            ("q", _("High")),
            ("h", _("Highest: for print that may get dirty")),
        ],
    )


async def _asked(visitor: Visitor) -> tuple[str, qr.Look]:
    """What the code says and how it looks. Raises UnknownLink, InvalidLook."""
    async with visitor.services.db.read() as tx:
        holder = await holding.held(tx, visitor)
        link = await holding.link_here(tx, visitor, holder)
    return scanned_address(visitor.services, link), qr.look_from(dict(visitor.request.query_params))


def _as_file(visitor: Visitor, ending: str) -> dict[str, str]:
    if visitor.request.query_params.get("save") != "1":
        return {}
    return {"content-disposition": f'attachment; filename="qr.{ending}"'}


def _refusal(visitor: Visitor, field: str) -> str:
    _ = visitor.gettext
    if field == "light":
        return _("No camera could read it: choose a darker dark, or a lighter light.")
    return _("Choose one of these.")
