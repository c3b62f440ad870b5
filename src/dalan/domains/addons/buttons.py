"""Customized buttons: what stands in the place of a post's main call to action.

An app puts one on a post, or on a business for all of its posts. What it says and how it looks
is fixed by its type; what it does is an action, as an add-on's widget has one. A post's own
button stands above its business's; of several apps' the one that was set last. An app's button
that may not be seen (its app is paused, or in development) does not stand in another's way.

Source: Kenar contract, ``postCustomizedButton``; decision 0022.
"""

from typing import Any, Final

import msgspec

from dalan.domains import developers, posts
from dalan.domains.addons import queries
from dalan.domains.addons.actions import Action, read_action
from dalan.domains.addons.attaching import may_see_of
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.looking_up import may_attach
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.tables import BUTTON_TYPES, ButtonType
from dalan.kernel import clock
from dalan.kernel.db import ReadTransaction, WriteTransaction

BODY: Final = "customized_button"


class ShownButton(msgspec.Struct, frozen=True):
    """The button of a post's page, with the app it belongs to."""

    type: ButtonType
    action: Action
    app: developers.App


class Button(msgspec.Struct, frozen=True):
    """A button as an app asked for it, checked."""

    type: ButtonType
    action: Action


def read_button(body: Any) -> Button:
    """What an app sent. Raises ``InvalidAddon``, naming the field at fault."""
    given = body.get(BODY) if isinstance(body, dict) else None
    if given is None and isinstance(body, dict):
        given = body.get("customizedButton")
    fields = Fields(given, BODY)
    kind = fields.get("type")
    if kind not in BUTTON_TYPES:
        raise fields.refuse("type", f"must be one of {', '.join(BUTTON_TYPES)}")
    action = read_action(fields.part("action"))
    if action is None:
        raise InvalidAddon(f"{BODY}.action", "is needed")
    return Button(kind, action)


async def set_post_button(
    tx: WriteTransaction, button: Button, *, app_id: int, post_id: int
) -> None:
    """Put an app's button on a post, in place of the one it had there. Whoever calls has seen to
    it that the app may; the caller owns the transaction."""
    await queries.set_post_button.execute(
        tx,
        app_id=app_id,
        post_id=post_id,
        type=button.type,
        action=_plain(button.action),
        set_at=clock.now(),
    )


async def set_business_button(
    tx: WriteTransaction, button: Button, *, app_id: int, business_id: int
) -> None:
    """Likewise on all posts of a business, those to come too."""
    await queries.set_business_button.execute(
        tx,
        app_id=app_id,
        business_id=business_id,
        type=button.type,
        action=_plain(button.action),
        set_at=clock.now(),
    )


async def remove_post_button(tx: WriteTransaction, *, app_id: int, post_id: int) -> None:
    """Take away the app's own button; taking away nothing is no error."""
    await queries.remove_post_button.execute(tx, app_id=app_id, post_id=post_id)


async def remove_business_button(tx: WriteTransaction, *, app_id: int, business_id: int) -> None:
    """Likewise from a business."""
    await queries.remove_business_button.execute(tx, app_id=app_id, business_id=business_id)


async def button_of(
    tx: ReadTransaction, post: posts.Post, *, viewer_id: int | None
) -> ShownButton | None:
    """The button of the post's page as this viewer may see it; None: the page has its usual one."""
    found = list(await queries.buttons_of_post.all(tx, post_id=post.id))
    origin = await posts.origin_of(tx, post.id)
    if origin is not None and origin.business_id is not None:
        found += await queries.buttons_of_business.all(tx, business_id=origin.business_id)
    for one in found:
        app = await developers.app(tx, one.app_id)
        if await may_attach(tx, app, post) and await may_see_of(tx, app, viewer_id):
            return ShownButton(one.type, msgspec.convert(one.action, Action), app)
    return None


def _plain(action: Action) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(action)
    return plain
