"""Posts to try apps on, which only their developer's team sees."""

from typing import cast

from litestar import get, post
from litestar.di import NamedDependency

from dalan.domains import audit, posts, touchpoints
from dalan.domains.posts import PRESET_NAMES, PRESETS, DevelopmentLimit, PresetName, UnknownPost
from dalan.surfaces import html
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel.desk import AnyResponse, saved

PATH = "/kenar/management/development-posts"


@get(PATH)
async def development_posts_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """One's development posts, and two ways to make another."""
    person = visitor.require_person()
    async with services.db.read() as tx:
        made = await posts.development_posts(tx, person.id)
    return _page(visitor, made, html.Form())


@post(PATH, status_code=200)
async def make_development_post(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services]
) -> AnyResponse:
    """Copy a post by its address or token, or take a ready-made one."""
    person = visitor.require_person(back=PATH)
    form = await visitor.form()
    _ = visitor.gettext
    source, preset = form.text("source"), form.text("preset")
    if not source and preset not in PRESET_NAMES:
        form.fail("source", _("Write the address or the token of a post."))
    try:
        if form.ok:
            async with services.db.write() as tx:
                if source:
                    made_post = await posts.clone_for_development(
                        tx, person.id, source[:2_048], is_teammate=touchpoints.are_teammates
                    )
                else:
                    made_post = await posts.create_preset(tx, person.id, cast(PresetName, preset))
                await audit.record(
                    tx,
                    audit.Actor.person(person.id),
                    "post.development_made",
                    audit.Subject("post", str(made_post.id)),
                )
    except UnknownPost:
        form.fail("source", _("There is no such post that you may see."))
    except DevelopmentLimit as error:
        form.fail("" if preset else "source", _limit(visitor, error))
    if not form.ok:
        async with services.db.read() as tx:
            made = await posts.development_posts(tx, person.id)
        return _page(visitor, made, form, status=422)
    return saved(visitor, PATH, _("The development post is published; only your team sees it."))


def _limit(visitor: Visitor, error: DevelopmentLimit) -> str:
    _ = visitor.gettext
    said = {
        "active": _("You have %(most)s development posts. Retire one first.", most=error.allowed),
        "hour": _("At most %(most)s within an hour. Try again later.", most=error.allowed),
        "day": _("At most %(most)s within a day. Try again tomorrow.", most=error.allowed),
    }
    return said[error.limit]


def _page(
    visitor: Visitor, made: list[posts.Post], form: html.Form, *, status: int = 200
) -> AnyResponse:
    return visitor.page(
        "panel/development_posts.html",
        status=status,
        active="developers",
        form=form,
        posts=[
            {
                "post": one,
                "url": touchpoints.post_path(one),
                "manage_url": touchpoints.management_path(one),
                "takes_slot": posts.takes_slot(one),
            }
            for one in made
        ],
        presets=[(name, PRESETS[name].title) for name in PRESET_NAMES],
        path=PATH,
    )
