"""Classifieds: what a post says, whom it belongs to, and its way from submission to its end.

The room owns posts, the order of their pictures and their public tokens; development posts
are posts that only their developer's team sees. Prices are whole tomans here, as people say
them. Every change of state is announced as ``posts.changed_state``.
"""

from dalan.domains.posts.development import (
    DevelopmentLimits,
    IsTeammate,
    clone_for_development,
    create_preset,
    development_posts,
    may_see,
    takes_slot,
    token_in,
)
from dalan.domains.posts.errors import DevelopmentLimit, InvalidPost, UnknownPost, WrongState
from dalan.domains.posts.events import PostChangedState
from dalan.domains.posts.presets import PRESET_NAMES, PRESETS, Preset, PresetName
from dalan.domains.posts.publishing import (
    NEXT,
    age,
    ask_for_edit,
    delete,
    publish,
    reject,
    retire,
)
from dalan.domains.posts.reading import (
    ACTIVE,
    ONGOING_OR_PUBLISHED,
    Place,
    by_id,
    by_ids,
    by_token,
    by_token_though_gone,
    image_addresses,
    is_owner,
    is_token,
    newest,
    of_person,
    place_of,
    public_data,
)
from dalan.domains.posts.submitting import (
    DESCRIPTION_LENGTH_MAX,
    IMAGES_MAX,
    TITLE_LENGTH_MAX,
    TITLE_LENGTH_MIN,
    create,
)
from dalan.domains.posts.tables import STATES, Post, State

__all__ = [
    "ACTIVE",
    "DESCRIPTION_LENGTH_MAX",
    "IMAGES_MAX",
    "NEXT",
    "ONGOING_OR_PUBLISHED",
    "PRESETS",
    "PRESET_NAMES",
    "STATES",
    "TITLE_LENGTH_MAX",
    "TITLE_LENGTH_MIN",
    "DevelopmentLimit",
    "DevelopmentLimits",
    "InvalidPost",
    "IsTeammate",
    "Place",
    "Post",
    "PostChangedState",
    "Preset",
    "PresetName",
    "State",
    "UnknownPost",
    "WrongState",
    "age",
    "ask_for_edit",
    "by_id",
    "by_ids",
    "by_token",
    "by_token_though_gone",
    "clone_for_development",
    "create",
    "create_preset",
    "delete",
    "development_posts",
    "image_addresses",
    "is_owner",
    "is_token",
    "may_see",
    "newest",
    "of_person",
    "place_of",
    "public_data",
    "publish",
    "reject",
    "retire",
    "takes_slot",
    "token_in",
]
