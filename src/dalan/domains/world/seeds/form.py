"""What a file of seeds may say. Whatever it says beside that is refused by name."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from dalan.domains.businesses import BusinessType

Key = Annotated[str, Meta(min_length=1, max_length=60)]
"""What one thing of the file is called by the others, or a person's number."""

Text = Annotated[str, Meta(min_length=1, max_length=5_000)]
Rials = Annotated[int, Meta(ge=1, le=100_000_000_000)]


class _Said(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Strict: no field is accepted and ignored."""


class SeedPerson(_Said, frozen=True, kw_only=True):
    """Somebody; who has that number already stays who they are."""

    key: Key
    phone: Text
    name: Annotated[str, Meta(max_length=200)] = ""
    balance_rials: Rials | None = None


class SeedMember(_Said, frozen=True, kw_only=True):
    person: Key
    role: Literal["owner", "manager", "member"] = "member"


class SeedBusiness(_Said, frozen=True, kw_only=True):
    key: Key
    owner: Key
    name: Text
    kind: BusinessType
    about: str = ""
    city: str = ""
    address: str = ""
    hours: str = ""
    members: Annotated[list[SeedMember], Meta(max_length=50)] = []


class SeedPicture(_Said, frozen=True, kw_only=True):
    """One of the two: a file beside ours, or something drawn (``dalan.domains.world.pictures``)."""

    path: Annotated[str, Meta(min_length=1, max_length=1_000)] = ""
    drawn: str = ""
    colour: str = ""
    seed: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class SeedPost(_Said, frozen=True, kw_only=True):
    """A published post. ``fields``: what the category's form asks, the price in tomans too."""

    key: Key
    owner: Key
    category: Text
    city: Text
    title: Text
    description: Text
    district: str = ""
    business: str = ""
    fields: dict[str, bool | int | float | str | list[str]] = {}
    pictures: Annotated[list[SeedPicture], Meta(max_length=20)] = []
    chat_enabled: bool = True
    hide_phone: bool = False
    age_minutes: Annotated[int, Meta(ge=0, le=40_000)] = 0


class SeedKey(_Said, frozen=True, kw_only=True):
    """An API key; without ``permissions`` it has all of its app."""

    title: Text
    permissions: list[str] | None = None
    oauth: bool = False


class SeedApp(_Said, frozen=True, kw_only=True):
    """An app; in ``production`` it is approved, with at most these permissions and scopes."""

    slug: Text
    owner: Key
    display: Text
    subtitle: str = ""
    description: str = ""
    production: bool = False
    permissions: list[str] | None = None
    scopes: list[str] | None = None
    redirect_uris: Annotated[list[str], Meta(max_length=20)] = []
    events_url: str = ""
    fallback_url: str = ""
    keys: Annotated[list[SeedKey], Meta(max_length=20)] = []
    balance_rials: Rials | None = None


class SeedMessage(_Said, frozen=True, kw_only=True):
    side: Literal["buyer", "seller"] = msgspec.field(name="from")
    text: Text


class SeedConversation(_Said, frozen=True, kw_only=True):
    post: Key
    buyer: Key
    messages: Annotated[list[SeedMessage], Meta(min_length=1, max_length=200)]


class Seeds(_Said, frozen=True, kw_only=True):
    """Everything in one file."""

    people: Annotated[list[SeedPerson], Meta(max_length=200)] = []
    businesses: Annotated[list[SeedBusiness], Meta(max_length=50)] = []
    posts: Annotated[list[SeedPost], Meta(max_length=1_000)] = []
    apps: Annotated[list[SeedApp], Meta(max_length=50)] = []
    conversations: Annotated[list[SeedConversation], Meta(max_length=200)] = []


class PlantedPerson(msgspec.Struct, frozen=True):
    key: str
    phone: str


class PlantedThing(msgspec.Struct, frozen=True):
    key: str
    token: str


class PlantedKey(msgspec.Struct, frozen=True):
    title: str
    text: str


class PlantedApp(msgspec.Struct, frozen=True):
    """What its program is started with; derived from the world's secret, the same every time."""

    slug: str
    client_secret: str
    keys: list[PlantedKey]


class PlantedConversation(msgspec.Struct, frozen=True):
    post: str
    id: str


class Planted(msgspec.Struct, frozen=True):
    """What came of it, by the names in the file."""

    people: list[PlantedPerson]
    businesses: list[PlantedThing]
    posts: list[PlantedThing]
    apps: list[PlantedApp]
    conversations: list[PlantedConversation]
