"""Everything needed to try a call at once, for a furnished world.

A key with every permission, tokens with every scope on things the person owns. All secrets are
derived: asking twice gives the same ones, and rotates nothing.
"""

from dataclasses import dataclass

from dalan.domains import developers, identity, oauth, posts
from dalan.domains.world.content.people import people
from dalan.domains.world.sample import sample_app
from dalan.kernel import phone
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import WriteTransaction

LIFETIME_SECONDS = 366 * 86_400
_NAME = "credentials"

_ABSENT_KINDS = frozenset({"conversation", "business", "chat_triple"})
"""Kinds of things no person of the world owns yet; their scopes come with their rooms."""


@dataclass(frozen=True)
class Credentials:
    """What ``dalan credentials`` prints; later parts of the platform only add members."""

    base_url: str
    inbox_url: str
    app: dict[str, str]
    person: dict[str, str]
    ids: dict[str, str]


async def credentials(tx: WriteTransaction, keys: Keyring, *, base_url: str) -> Credentials:
    """The sample app's and the first person's credentials. Raises UnknownApp in a bare world."""
    sample = await sample_app(tx, keys)
    app = await developers.app_by_slug(tx, sample.slug)
    person = await identity.person_by_phone(tx, people()[0].phone)
    assert person is not None, "the first person moved in before the sample app"
    mine = await posts.of_person(tx, person.id, states=("published",), limit=1)
    post_token = mine[0].token if mine else ""
    issued = await oauth.named_tokens(
        tx,
        keys=keys,
        name=_NAME,
        person_id=person.id,
        app_id=app.id,
        scopes=_every_scope(post_token, app.slug),
        lifetime_seconds=LIFETIME_SECONDS,
    )
    user_id = await developers.remember_user_id(tx, keys=keys, app_id=app.id, person_id=person.id)
    uris = await developers.redirect_uris(tx, app.id)
    return Credentials(
        base_url=base_url,
        inbox_url=f"{base_url}/console/inbox",
        app={
            "slug": sample.slug,
            "client_secret": sample.client_secret,
            "redirect_uri": uris[0].uri if uris else "",
            "api_key": sample.api_key,
        },
        person={
            "name": person.name,
            "phone": phone.national(person.phone),
            "access_token": issued.access_token,
            "refresh_token": issued.refresh_token or "",
        },
        ids={"post_token": post_token, "user_id": user_id, "divar_user_id": user_id},
    )


def _every_scope(post_token: str, slug: str) -> str:
    """Every scope there is, on the post or the app where it needs one."""
    resources = {"post": post_token, "app": slug}
    spelled = []
    for scope in oauth.SCOPES.values():
        if not scope.resource:
            spelled.append(scope.name)
        elif scope.resource not in _ABSENT_KINDS and resources[scope.resource]:
            spelled.append(f"{scope.name}.{resources[scope.resource]}")
    return " ".join(spelled)
