"""People who are signed in and agreed before, and the app they agreed to."""

import asyncio
from pathlib import Path

import msgspec

from dalan import migrations
from dalan.domains import developers, identity, oauth
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import database_at
from tools.bench.oauth_load import Target
from tools.bench.world import SECRET

REDIRECT_URI = "https://app.example/callback"
SCOPE = "USER_ID offline_access"


class Prepared(msgspec.Struct, frozen=True):
    """Who may ask, and with which cookies; where the platform is told all that it serves."""

    client_id: str
    client_secret: str
    api_key: str
    cookies: list[str]
    environment: dict[str, str]

    def target(self, base_url: str, connections_count: int) -> Target:
        """The client's view of it, served at ``base_url``."""
        return Target(
            base_url=base_url, authorize_path="/oauth2/auth", exchange_path="/oauth2/token",
            introspect_path="/oauth2/introspect", client_id=self.client_id,
            client_secret=self.client_secret, redirect_uri=REDIRECT_URI, scope=SCOPE,
            cookies=self.cookies, connections_count=connections_count,
            call_path="/v1/open-platform/users", api_key=self.api_key,
        )  # fmt: skip


def prepare(home: Path, people_count: int) -> Prepared:
    """Migrate an empty SQLite file in ``home`` and write the world into it."""
    url = f"sqlite:///{home / 'oauth.db'}"
    migrations.upgrade(url)
    return asyncio.run(_prepare(url, home, people_count))


async def _prepare(url: str, home: Path, people_count: int) -> Prepared:
    keys = Keyring([SECRET])
    db = database_at(url, durable=False)
    await db.open()
    async with db.write() as tx:
        owner = await identity.register(tx, phone="+989120000001", name="سارا")
        registered = await developers.register_app(
            tx, keys=keys, owner_id=owner.id, display="سنجش", slug="bench-app"
        )
        await developers.add_redirect_uri(
            tx, registered.app.id, uri=REDIRECT_URI, policy=developers.AddressPolicy()
        )
        app = await developers.approve(tx, "bench-app")
        key = await developers.create_key(tx, app.id, keys=keys, title="bench")
        cookies = []
        for number in range(people_count):
            person = await identity.register(tx, phone=f"+98913{number:07}", name="رضا")
            opened = await identity.open_session(
                tx, person_id=person.id, device="bench", session_seconds=86_400, keys=keys
            )
            cookies.append(f"dalan_session={opened.token}")
            await oauth.approve(
                tx,
                keys=keys,
                person_id=person.id,
                app_id=app.id,
                asked=oauth.parse_scopes(SCOPE),
                redirect_uri=REDIRECT_URI,
                code_challenge=None,
                code_seconds=60,
                refresh_seconds=30 * 86_400,
                consent_mark=oauth.consent_mark(app, REDIRECT_URI),
            )
    await db.close()
    return Prepared(
        client_id=app.slug,
        client_secret=registered.client_secret,
        api_key=key.text,
        cookies=cookies,
        environment={
            "DALAN_HOME": str(home),
            "DALAN_DATABASE_URL": url,
            "DALAN_DATABASE_DURABLE": "yes",
            "DALAN_SECRET": SECRET,
            "DALAN_QUOTAS_ENFORCED": "no",
            "DALAN_CODE_SENDER_URL": "http://127.0.0.1:9/nobody-signs-in-here",
            "DALAN_LOG_FILE": str(home / "bench.log"),
        },
    )
