"""Seeds into a world, through the rooms' own verbs: pictures first, the rest in one unit."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path as File

from dalan.domains import (
    businesses,
    chat,
    developers,
    identity,
    ledger,
    media,
    oauth,
    payments,
    posts,
)
from dalan.domains.world.seeds.form import (
    Planted,
    PlantedApp,
    PlantedConversation,
    PlantedKey,
    PlantedPerson,
    PlantedThing,
    SeedApp,
    SeedPerson,
    SeedPicture,
    SeedPost,
)
from dalan.domains.world.seeds.reading import Path, Read, SeedsRefused
from dalan.errors import DalanError
from dalan.kernel import clock, phone, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database, WriteTransaction

ANY_ADDRESS = developers.AddressPolicy(any_http=True)
"""Of a dev world's apps: on this machine, most of them."""


async def plant(
    db: Database,
    store: media.MediaStore,
    keys: Keyring,
    told: Read,
    *,
    folder: File | None = None,
) -> Planted:
    """Bring about what the seeds say, all of it or nothing. ``folder``: where paths of pictures
    begin; None: none may be given. Raises ``SeedsRefused``."""
    pictures = await _store_pictures(db, store, told, folder)

    async def work(tx: WriteTransaction) -> Planted:
        planting = _Planting(tx, keys, told)
        return await planting.everything(pictures)

    return await db.transact(work)


async def _store_pictures(
    db: Database, store: media.MediaStore, told: Read, folder: File | None
) -> dict[int, list[str]]:
    """Names of the pictures of each post; temporary until a post shows them."""
    names: dict[int, list[str]] = {}
    for number, post in enumerate(told.seeds.posts):
        for which, said in enumerate(post.pictures):
            path: Path = ("posts", number, "pictures", which)
            with _told_of(told, path):
                data = await asyncio.to_thread(_picture, told, path, said, which, folder)
                image = await media.store_image(db, store, data, purpose="post")
            names.setdefault(number, []).append(image.name)
    return names


def _picture(told: Read, path: Path, said: SeedPicture, which: int, folder: File | None) -> bytes:
    from dalan.domains.world.pictures import KINDS, picture  # noqa: PLC0415 (the drawing is heavy)

    if bool(said.path) == bool(said.drawn):
        raise told.refused(path, "give one of path and drawn")
    if said.drawn:
        if said.drawn not in KINDS:
            raise told.refused((*path, "drawn"), "one of %(names)s", {"names": ", ".join(KINDS)})
        return picture(said.drawn, said.seed, which, said.colour or None)
    if folder is None:
        raise told.refused((*path, "path"), "only a file given to `dalan dev --seeds` has paths")
    file = folder / said.path
    try:
        if file.stat().st_size > media.IMAGE_BYTES_MAX:
            raise told.refused(
                (*path, "path"), "more than %(most)s bytes", {"most": media.IMAGE_BYTES_MAX}
            )
        return file.read_bytes()
    except (OSError, ValueError) as error:
        raise told.refused(
            (*path, "path"), "%(path)s cannot be read", {"path": said.path}
        ) from error


@contextmanager
def _told_of(told: Read, path: Path) -> Iterator[None]:
    """Whatever a room refuses is told with its place in the file."""
    try:
        yield
    except SeedsRefused:
        raise
    except DalanError as refusal:
        raise told.refused(path, refusal) from refusal


class _Planting:
    """One unit of work; what was made so far, by its name in the file."""

    def __init__(self, tx: WriteTransaction, keys: Keyring, told: Read) -> None:
        self._tx, self._keys, self._told = tx, keys, told
        self._people: dict[str, identity.Person] = {}
        self._businesses: dict[str, businesses.Business] = {}
        self._posts: dict[str, posts.Post] = {}

    async def everything(self, pictures: dict[int, list[str]]) -> Planted:
        """All of it, in the order in which one needs the other."""
        seeds = self._told.seeds
        people = [await self._person(n, one) for n, one in enumerate(seeds.people)]
        shops = [await self._business(n) for n in range(len(seeds.businesses))]
        shown = [await self._post(n, one, pictures.get(n, [])) for n, one in enumerate(seeds.posts)]
        apps = [await self._app(n, one) for n, one in enumerate(seeds.apps)]
        talks = [await self._conversation(n) for n in range(len(seeds.conversations))]
        return Planted(people, shops, shown, apps, talks)

    async def _person(self, number: int, said: SeedPerson) -> PlantedPerson:
        path: Path = ("people", number)
        self._check_new(self._people, path, said.key)
        with _told_of(self._told, (*path, "phone")):
            known = phone.parse(said.phone)
        with _told_of(self._told, (*path, "name")):
            person = await identity.register(self._tx, phone=known, name=said.name)
        self._people[said.key] = person
        if said.balance_rials is not None:
            with _told_of(self._told, (*path, "balance_rials")):
                await self._pay_in(person.id, said.balance_rials)
        return PlantedPerson(said.key, phone.national(person.phone))

    async def _business(self, number: int) -> PlantedThing:
        said = self._told.seeds.businesses[number]
        path: Path = ("businesses", number)
        self._check_new(self._businesses, path, said.key)
        owner = await self._somebody((*path, "owner"), said.owner)
        with _told_of(self._told, path):
            made = await businesses.open_business(
                self._tx,
                owner_id=owner.id,
                name=said.name,
                kind=said.kind,
                about=said.about,
                city=said.city,
                address=said.address,
                hours=said.hours,
            )
        for which, one in enumerate(said.members):
            place = (*path, "members", which)
            member = await self._somebody((*place, "person"), one.person)
            with _told_of(self._told, place):
                await businesses.add_member(
                    self._tx, made.id, by_person_id=owner.id, person_id=member.id, role=one.role
                )
        self._businesses[said.key] = made
        return PlantedThing(said.key, made.token)

    async def _post(self, number: int, said: SeedPost, pictures: list[str]) -> PlantedThing:
        path: Path = ("posts", number)
        self._check_new(self._posts, path, said.key)
        owner = await self._somebody((*path, "owner"), said.owner)
        business = self._businesses.get(said.business)
        if said.business and business is None:
            raise self._told.refused((*path, "business"), "no business of this file is called so")
        with _told_of(self._told, path):
            post = await posts.create(
                self._tx,
                owner_id=owner.id,
                category=said.category,
                city=said.city,
                district=said.district,
                title=said.title,
                description=said.description,
                fields=said.fields,
                image_names=pictures,
                chat_enabled=said.chat_enabled,
                hide_phone=said.hide_phone,
                business_id=business.id if business is not None else None,
                at=clock.now() - timedelta(minutes=said.age_minutes),
            )
        self._posts[said.key] = post
        return PlantedThing(said.key, post.token)

    async def _app(self, number: int, said: SeedApp) -> PlantedApp:
        path: Path = ("apps", number)
        owner = await self._somebody((*path, "owner"), said.owner)
        with _told_of(self._told, path):
            app, secret = await developers.register_app(
                self._tx,
                keys=self._keys,
                owner_id=owner.id,
                slug=said.slug,
                display=said.display,
                subtitle=said.subtitle,
                description=said.description,
                client_secret=self._keys.derived_secret(f"client secret of seeds {said.slug}"),
            )
        await self._addresses(path, app.id, said)
        await self._let_in(path, said)
        made = []
        for which, one in enumerate(said.keys):
            if any(one.title == earlier.title for earlier in said.keys[:which]):
                # Its secret follows from its title: the two would be one.
                raise self._told.refused((*path, "keys", which, "title"), "said twice")
            with _told_of(self._told, (*path, "keys", which)):
                key = await developers.create_key(
                    self._tx,
                    app.id,
                    keys=self._keys,
                    title=one.title,
                    permissions=one.permissions,
                    oauth_enabled=one.oauth,
                    derived_from=f"seeds {said.slug} {one.title}",
                )
            made.append(PlantedKey(one.title, key.text))
        if said.balance_rials is not None:
            await payments.pay_in(
                self._tx,
                app.id,
                reference=f"seeds:app:{app.id}",
                amount_rials=said.balance_rials,
                kind="world",
            )
        return PlantedApp(app.slug, secret, made)

    async def _addresses(self, path: Path, app_id: int, said: SeedApp) -> None:
        for which, uri in enumerate(said.redirect_uris):
            with _told_of(self._told, (*path, "redirect_uris", which)):
                await developers.add_redirect_uri(self._tx, app_id, uri=uri, policy=ANY_ADDRESS)
        with _told_of(self._told, path):
            await developers.set_addresses(
                self._tx,
                app_id,
                policy=ANY_ADDRESS,
                fallback_url=said.fallback_url,
                session_init_url="",
                dynamic_action_url="",
                events_url=said.events_url,
            )

    async def _let_in(self, path: Path, said: SeedApp) -> None:
        """Make it a production app, if it is to be one."""
        for name, known in (
            ("permissions", developers.PERMISSION_NAMES),
            ("scopes", oauth.EVERY_SCOPE),
        ):
            given: list[str] | None = getattr(said, name)
            if given is not None and not said.production:
                raise self._told.refused((*path, name), "only an app in production has a ceiling")
            for which, one in enumerate(given or []):
                if one not in known:
                    raise self._told.refused((*path, name, which), "there is none of that name")
        if said.production:
            ceiling = developers.Ceiling(said.permissions, said.scopes, None)
            with _told_of(self._told, path):
                await developers.approve(self._tx, said.slug, ceiling=ceiling)

    async def _conversation(self, number: int) -> PlantedConversation:
        said = self._told.seeds.conversations[number]
        path: Path = ("conversations", number)
        post = self._posts.get(said.post)
        if post is None:
            raise self._told.refused((*path, "post"), "no post of this file is called so")
        buyer = await self._somebody((*path, "buyer"), said.buyer)
        with _told_of(self._told, path):
            held = await chat.open_about_post(self._tx, post, buyer_id=buyer.id)
        for which, one in enumerate(said.messages):
            writer_id = buyer.id if one.side == "buyer" else post.owner_id
            with _told_of(self._told, (*path, "messages", which)):
                await chat.send(
                    self._tx,
                    held,
                    chat.text_content(one.text),
                    writer=chat.Writer(person_id=writer_id),
                )
        return PlantedConversation(said.post, held.uuid)

    async def _somebody(self, path: Path, name: str) -> identity.Person:
        """A person of the file, or one who is there already, by their number."""
        person = self._people.get(name)
        if person is None:
            try:
                person = await identity.person_by_phone(self._tx, phone.parse(name))
            except phone.InvalidPhone:
                person = None
        if person is None:
            raise self._told.refused(path, "nobody is called so, in this file or by number")
        return person

    async def _pay_in(self, person_id: int, amount_rials: int) -> None:
        await ledger.transfer(
            self._tx,
            # Of its own each time: a clock that stands still must not make two of them one.
            reference=f"seeds:wallet:{person_id}:{randomness.token_urlsafe(16)}",
            kind="world",
            sides=[
                ledger.Side("operator", 0, -amount_rials),
                ledger.Side("wallet", person_id, amount_rials),
            ],
        )

    def _check_new(self, made: Mapping[str, object], path: Path, key: str) -> None:
        if key in made:
            raise self._told.refused((*path, "key"), "%(key)s is there already", {"key": key})
