"""What an app may do and how often, and how much of it was used."""

from datetime import timedelta

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from dalan.domains import developers
from dalan.domains.developers import PERMISSIONS
from dalan.kernel import clock
from dalan.surfaces.html.session import Visitor
from dalan.surfaces.services import Services
from dalan.surfaces.web.panel import desk, words
from dalan.surfaces.web.panel.desk import APPS_PATH, AnyResponse

USAGE_DAYS = 14


@get(f"{APPS_PATH}/{{slug:str}}/permission")
async def limits_page(
    visitor: NamedDependency[Visitor], services: NamedDependency[Services], slug: FromPath[str]
) -> AnyResponse:
    """Permissions, limits, use of today and of the days before."""
    now = clock.now()
    async with services.db.read() as tx:
        opened = await desk.opened(tx, visitor, slug)
        usage = await developers.usage_of(
            tx, opened.app.id, since=(now - timedelta(days=USAGE_DAYS - 1)).date()
        )
    app, used = opened.app, services.quotas.used(opened.app.id)
    today = now.date().isoformat()
    count_by_day = {one.day: one.count for one in usage} | {today: used.day}
    days = [
        {"at": now - timedelta(days=ago), "count": count_by_day.get(day, 0)}
        for ago in range(USAGE_DAYS)
        if (day := (now - timedelta(days=ago)).date().isoformat()) in count_by_day
    ]
    permissions = []
    for permission in PERMISSIONS:
        if app.permissions is None or permission.name in app.permissions:
            title, text = words.label(visitor.lang, permission)
            permissions.append(
                {"name": permission.name, "title": title, "text": text, "state": permission.state}
            )
    return desk.app_page(
        visitor,
        opened,
        "panel/permission.html",
        current="permission",
        limits=services.quotas.limits_of(app),
        used=used,
        is_enforced=services.quotas.rules.enforced,
        days=[day for day in days if day["count"]],
        permissions=permissions,
        has_all_permissions=app.permissions is None,
    )
