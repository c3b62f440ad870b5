"""Everything needed to try a call at once, for a furnished world.

A key with every permission, tokens with every scope on things the person owns. All secrets are
derived: asking twice gives the same ones, and rotates nothing.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from dalan.domains import businesses, chat, developers, identity, oauth, posts
from dalan.domains.world.content.people import people
from dalan.domains.world.sample import sample_app, sample_pod, second_pod_token
from dalan.kernel import phone
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

LIFETIME_SECONDS = 366 * 86_400
_NAME = "credentials"


@dataclass(frozen=True)
class Credentials:
    """What ``dalan credentials`` prints; later parts of the platform only add members."""

    base_url: str
    inbox_url: str
    app: dict[str, str]
    person: dict[str, str]
    ids: dict[str, str]
    pod: dict[str, str | dict[str, str]]
    basalam: dict[str, str | int]


async def credentials(tx: WriteTransaction, keys: Keyring, *, base_url: str) -> Credentials:
    """The sample app's and the first person's credentials. Raises UnknownApp in a bare world."""
    sample = await sample_app(tx, keys)
    app = await developers.app_by_slug(tx, sample.slug)
    person = await identity.person_by_phone(tx, people()[0].phone)
    assert person is not None, "the first person moved in before the sample app"
    ids, chat_triple = await _ids(tx, keys, app, person)
    issued = await oauth.named_tokens(
        tx,
        keys=keys,
        name=_NAME,
        person_id=person.id,
        app_id=app.id,
        scopes=_every_scope(
            post=ids["post_token"],
            app=app.slug,
            business=ids["business_token"],
            conversation=ids["conversation_id"],
            chat_triple=chat_triple,
        ),
        lifetime_seconds=LIFETIME_SECONDS,
    )
    uris = await developers.redirect_uris(tx, app.id)
    pod = await sample_pod(tx, keys, app.id)
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
        ids=ids,
        pod={
            "token": pod.token,
            "service_key": pod.service_key,
            "short_base": f"{base_url}/l",
            "second": {"token": await second_pod_token(tx, keys, owner_id=person.id)},
        },
        basalam=await _basalam(tx, keys, app, person, client_secret=sample.client_secret),
    )


async def _ids(
    tx: WriteTransaction, keys: Keyring, app: developers.App, person: identity.Person
) -> tuple[dict[str, str], str]:
    """What the person owns, by the names the app knows it under, "" where there is none; and how
    the conversation is spelled where user, post and peer stand for it."""
    mine = await posts.of_person(tx, person.id, states=("published",), limit=1)
    own = await businesses.of_person(tx, person.id)
    user_id = await developers.remember_user_id(tx, keys=keys, app_id=app.id, person_id=person.id)
    held = await _conversation(tx, person.id, mine)
    triple = peer_id = ""
    if held is not None:
        peer_id = await developers.remember_user_id(
            tx, keys=keys, app_id=app.id, person_id=held.buyer_id
        )
        about = await posts.by_id(tx, held.post_id or 0)
        assert about is not None, "a conversation goes with its post"
        triple = b64encode(f"{user_id}:{about.token}:{peer_id}".encode()).decode()
    ids = {
        "post_token": mine[0].token if mine else "",
        "business_token": own[0].token if own else "",
        "user_id": user_id,
        "divar_user_id": user_id,
        "conversation_id": held.uuid if held is not None else "",
        "peer_id": peer_id,
    }
    return ids, triple


async def _basalam(
    tx: WriteTransaction,
    keys: Keyring,
    app: developers.App,
    person: identity.Person,
    *,
    client_secret: str,
) -> dict[str, str | int]:
    """The same app and person at the door of the second contract."""
    issued = await oauth.named_tokens(
        tx,
        keys=keys,
        name=f"{_NAME} basalam",
        person_id=person.id,
        app_id=app.id,
        scopes="*",
        lifetime_seconds=LIFETIME_SECONDS,
        door="basalam",
    )
    outside = await identity.number_of(tx, person.id)
    return {
        "client_id": await developers.basalam_client_id(tx, app.id),
        "client_secret": client_secret,
        "access_token": issued.access_token,
        "refresh_token": issued.refresh_token or "",
        "user_id": outside.number,
        "hash_id": outside.hash_id,
    }


async def _conversation(
    tx: ReadTransaction, person_id: int, mine: Sequence[posts.Post]
) -> chat.Conversation | None:
    """A conversation of somebody's as the seller: about the post that the credentials name, if
    there is one."""
    page = await chat.conversations(tx, person_id)
    selling = [one.conversation for one in page.listed if one.conversation.seller_id == person_id]
    wanted = mine[0].id if mine else None
    return next((one for one in selling if one.post_id == wanted), selling[0] if selling else None)


def _every_scope(**resources: str) -> str:
    """Every scope there is, on the thing of its kind where it needs one."""
    spelled = []
    for scope in oauth.SCOPES.values():
        if not scope.resource:
            spelled.append(scope.name)
        elif resources[scope.resource]:
            spelled.append(f"{scope.name}.{resources[scope.resource]}")
    return " ".join(spelled)
