"""What apps attach to posts: add-ons made of widgets, with the semantic data behind them.

The room owns add-ons of posts, of people and of businesses, semantic data of posts and people,
customized buttons, the widget model with its one check, and the way from a submission to the
page.
Surfaces read a body with ``read_submission``, note it down with ``submit`` and show ``of_post``;
the composition root lets ``listeners()`` do the attaching. What apps make of people and businesses
is spread over their posts (``spread_over_person``), which look it up.
"""

from dalan.domains.addons import generation_one, icons, semantic
from dalan.domains.addons.actions import (
    Action,
    AppData,
    PostReference,
    is_web_url,
    read_action,
    read_answer,
)
from dalan.domains.addons.attaching import Block, of_post, on_posts
from dalan.domains.addons.buttons import (
    Button,
    ShownButton,
    button_of,
    read_button,
    remove_business_button,
    remove_post_button,
    set_business_button,
    set_post_button,
)
from dalan.domains.addons.ending import (
    agreed_to,
    forget_spread,
    listeners,
    of_app_on_person,
    of_business,
    of_person,
    purge,
    remove_from_business,
    remove_from_person,
    take_back,
)
from dalan.domains.addons.errors import (
    InvalidAddon,
    NotTheirPost,
    RealPostRefused,
    UnknownAddon,
    WidgetNotAllowed,
)
from dalan.domains.addons.events import AddonRemoved, AddonSubmitted
from dalan.domains.addons.looking_up import Addon, of_app_on_post
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.recording import (
    Statement,
    forget,
    read_statement,
    record_of_person,
    record_of_post,
    records_about,
    remove_of_person,
    said_of_post,
)
from dalan.domains.addons.spread_tables import Spread
from dalan.domains.addons.spreading import (
    LIFETIME,
    PersonSubmission,
    read_person_submission,
    spread_over_business,
    spread_over_person,
)
from dalan.domains.addons.submitting import Submission, delete, outer_id, read_submission, submit
from dalan.domains.addons.tables import (
    BUTTON_TYPES,
    ButtonType,
    Linkage,
    PostAddon,
    SemanticRecord,
    Status,
)
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
    "BUTTON_TYPES",
    "CURRENT_KINDS",
    "LIFETIME",
    "LOGO",
    "Action",
    "Addon",
    "AddonRemoved",
    "AddonSubmitted",
    "AppData",
    "Block",
    "Button",
    "ButtonType",
    "Fields",
    "InvalidAddon",
    "Linkage",
    "NotTheirPost",
    "PersonSubmission",
    "PostAddon",
    "PostReference",
    "RealPostRefused",
    "SemanticRecord",
    "ShownButton",
    "Spread",
    "Statement",
    "Status",
    "Submission",
    "UnknownAddon",
    "WidgetNotAllowed",
    "action_of",
    "agreed_to",
    "button_of",
    "delete",
    "filled",
    "forget",
    "forget_spread",
    "generation_one",
    "icons",
    "image_ids",
    "is_web_url",
    "listeners",
    "of_app_on_person",
    "of_app_on_post",
    "of_business",
    "of_person",
    "of_post",
    "on_posts",
    "outer_id",
    "purge",
    "read_action",
    "read_answer",
    "read_button",
    "read_person_submission",
    "read_statement",
    "read_submission",
    "read_widget",
    "record_of_person",
    "record_of_post",
    "records_about",
    "remove_business_button",
    "remove_from_business",
    "remove_from_person",
    "remove_of_person",
    "remove_post_button",
    "said_of_post",
    "semantic",
    "set_business_button",
    "set_post_button",
    "spread_over_business",
    "spread_over_person",
    "submit",
    "take_back",
    "with_images",
]
