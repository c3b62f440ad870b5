"""Seeds: people, posts, apps and chats from YAML, all of it or nothing."""

from typing import Any, Final

from litestar import Response, post
from litestar.di import NamedDependency

from dalan.domains.world import seeds
from dalan.surfaces.console import desk
from dalan.surfaces.console.sections import seeds_said
from dalan.surfaces.html.session import Visitor


@post("/seeds", status_code=201)
async def seeds_api(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """Bring about what the YAML says; answers tokens, ids and the apps' secrets."""
    raw = await visitor.request.body()
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise seeds.SeedsRefused("the body is no UTF-8") from None
    return desk.answer(await _plant(visitor, text), status=201)


@post("/world/seeds", status_code=200)
async def seeds_page(visitor: NamedDependency[Visitor]) -> Response[Any]:
    """The same from the form on the world's page; what came of it is shown."""
    form = await visitor.form(size_bytes_max=2 * seeds.SEEDS_BYTES_MAX)
    text = form.raw("yaml")
    planted, refusal = None, None
    try:
        planted = await _plant(visitor, text)
    except seeds.SeedsRefused as refused:
        refusal = refused
    return desk.page(
        visitor,
        "console/seeds.html",
        "world",
        status=400 if refusal else 200,
        forms=True,
        planted=planted,
        refusal=refusal,
        why=seeds_said.why(visitor, refusal) if refusal else "",
        is_told=bool(refusal and refusal.sentence in seeds_said.SENTENCES),
        yaml=text,
    )


async def _plant(visitor: Visitor, text: str) -> seeds.Planted:
    services = visitor.services
    return await seeds.plant(services.db, services.media, services.keys, seeds.read(text))


PAGES: Final = (seeds_page,)
API: Final = (seeds_api,)
