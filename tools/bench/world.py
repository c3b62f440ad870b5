"""A small real world to measure on: one post, an app with a key, a person's token."""

import asyncio
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from dalan import migrations
from dalan.domains import developers, identity, oauth, posts
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import database_at

SECRET = secrets.token_urlsafe(48)


class Prepared(msgspec.Struct, frozen=True):
    """What a measured call needs."""

    path: str
    headers: Mapping[str, str]
    environment: Mapping[str, str]


def prepare(database_url: str, home: Path) -> Prepared:
    """Migrate an empty database and write the world into it."""
    migrations.upgrade(database_url)
    return asyncio.run(_prepare(database_url, home))


async def _prepare(database_url: str, home: Path) -> Prepared:
    keys = Keyring([SECRET])
    db = database_at(database_url, durable=False)
    await db.open()
    async with db.write() as tx:
        person = await identity.register(tx, phone="+989120000001", name="سارا")
        app, _ = await developers.register_app(
            tx, keys=keys, owner_id=person.id, display="سنجش", slug="bench-app"
        )
        await developers.approve(tx, "bench-app")
        await developers.set_limits(tx, app.id, per_minute=10**9, per_day=10**9)
        key = await developers.create_key(tx, app.id, keys=keys, title="سنجش")
        post = await posts.create(
            tx,
            owner_id=person.id,
            category="apartment-sell",
            city="tehran",
            title="آپارتمان ۹۰ متری دوخوابه در یوسف‌آباد",
            description="نورگیر و بازسازی‌شده، نزدیک پارک و مترو. بازدید عصرها. " * 4,
            fields={"size": 90, "price": 18_000_000_000, "rooms": "دو", "floor": 3, "year": 1395},
        )
        code = await oauth.approve(
            tx,
            keys=keys,
            person_id=person.id,
            app_id=app.id,
            asked=oauth.parse_scopes("USER_PHONE USER_ID USER_POSTS_GET"),
            redirect_uri="https://app.example/callback",
            code_challenge=None,
            code_seconds=60,
            refresh_seconds=86_400,
        )
        issued = await oauth.redeem_code(
            tx,
            keys=keys,
            app_id=app.id,
            code=code,
            redirect_uri=None,
            code_verifier=None,
            access_seconds=86_400,
            always_refresh=False,
        )
        assert isinstance(issued, oauth.Issued), "a fresh code is redeemed"
    await db.close()
    return Prepared(
        path=f"/v1/open-platform/finder/post/{post.token}",
        headers={"X-API-Key": key.text, "Authorization": f"Bearer {issued.access_token}"},
        environment={
            "DALAN_HOME": str(home),
            "DALAN_DATABASE_URL": database_url,
            "DALAN_DATABASE_DURABLE": "no",
            "DALAN_SECRET": SECRET,
            "DALAN_CODE_SENDER_URL": "http://127.0.0.1:9/nobody-signs-in-here",
            "DALAN_LOG_FILE": str(home / "bench.log"),
        },
    )
