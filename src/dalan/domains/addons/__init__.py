"""What apps attach to posts: add-ons made of widgets, with the semantic data behind them.

The room owns post add-ons, the widget model with its one check, and the way from a submission
to the page. Surfaces read a body with ``read_submission``, note it down with ``submit`` and show
``of_post``; the composition root lets ``listeners()`` do the attaching.
"""

from dalan.domains.addons import generation_one, icons, semantic
from dalan.domains.addons.actions import Action, AppData, PostReference, is_web_url, read_answer
from dalan.domains.addons.attaching import Block, listeners, of_app_on_post, of_post, on_posts
from dalan.domains.addons.errors import (
    InvalidAddon,
    NotTheirPost,
    RealPostRefused,
    WidgetNotAllowed,
)
from dalan.domains.addons.events import AddonRemoved, AddonSubmitted
from dalan.domains.addons.submitting import Submission, delete, outer_id, read_submission, submit
from dalan.domains.addons.tables import Linkage, PostAddon, Status
from dalan.domains.addons.widgets import (
    CURRENT_KINDS,
    LOGO,
    action_of,
    filled,
    image_ids,
    read_widget,
    with_images,
)

__all__ = [
    "CURRENT_KINDS",
    "LOGO",
    "Action",
    "AddonRemoved",
    "AddonSubmitted",
    "AppData",
    "Block",
    "InvalidAddon",
    "Linkage",
    "NotTheirPost",
    "PostAddon",
    "PostReference",
    "RealPostRefused",
    "Status",
    "Submission",
    "WidgetNotAllowed",
    "action_of",
    "delete",
    "filled",
    "generation_one",
    "icons",
    "image_ids",
    "is_web_url",
    "listeners",
    "of_app_on_post",
    "of_post",
    "on_posts",
    "outer_id",
    "read_answer",
    "read_submission",
    "read_widget",
    "semantic",
    "submit",
    "with_images",
]
