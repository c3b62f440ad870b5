"""What a database holds of an app's consents, read beside the server that runs on it."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import apsw
import asyncpg

_FAMILIES = """
SELECT token_family.id, token_family.revoked_reason
FROM token_family
JOIN authorization_grant ON authorization_grant.id = token_family.grant_id
JOIN app ON app.id = authorization_grant.app_id
WHERE app.slug = '{slug}' ORDER BY token_family.id
"""
_TOKENS = "SELECT family_id, kind, generation FROM token"
_ENDED = "SELECT resource FROM outbox_fact WHERE kind = 'oauth.family_revoked'"


class Found(NamedTuple):
    """One family: why it ended, how many tokens of each kind and generation it ever had, and how
    often its end was announced."""

    id: int
    revoked_reason: str | None
    tokens: Counter[tuple[str, int]]
    announced: int

    @property
    def is_alive(self) -> bool:
        return self.revoked_reason is None


def of_app(database_url: str, slug: str) -> list[Found]:
    """Every family of an app, the oldest first."""
    assert slug.replace("-", "").isalnum(), "it is written into a statement"
    tokens = rows(database_url, _TOKENS)
    ended = Counter(resource for (resource,) in rows(database_url, _ENDED))
    return [
        Found(
            number,
            reason,
            Counter((kind, generation) for family, kind, generation in tokens if family == number),
            ended[f"token_family:{number}"],
        )
        for number, reason in rows(database_url, _FAMILIES.format(slug=slug))
    ]


def client_tokens_count(database_url: str, slug: str) -> int:
    """How many tokens an app ever got for itself."""
    assert slug.replace("-", "").isalnum(), "it is written into a statement"
    ((count,),) = rows(
        database_url,
        "SELECT count(*) FROM client_token JOIN app ON app.id = client_token.app_id"
        f" WHERE app.slug = '{slug}'",
    )
    return int(count)


def rows(database_url: str, sql: str) -> list[Sequence[Any]]:
    """What a statement answers, on either engine."""
    if database_url.startswith("sqlite:"):
        connection = apsw.Connection(
            database_url.removeprefix("sqlite:///"), flags=apsw.SQLITE_OPEN_READONLY
        )
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()
    return asyncio.run(_fetched(database_url, sql))


async def _fetched(database_url: str, sql: str) -> list[Sequence[Any]]:
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
