"""Add-ons of people and businesses: said once, shown on all their posts.

One for each app and person, and for each app and business. What is said of a person is shown on
the last thirty posts it fits and on those to come, for three months; saying something else holds
for later posts only, saying the same again makes it last. What is said of a business is shown on
whatever it publishes, until it is said otherwise.

Source: reference/kenar.md 5.2; decision 0034.
"""

from datetime import timedelta
from typing import Any, Final

import msgspec

from dalan.domains import developers, identity, posts, taxonomy
from dalan.domains.addons import paying, semantic, spread_queries
from dalan.domains.addons.attaching import keep_images
from dalan.domains.addons.errors import InvalidAddon
from dalan.domains.addons.looking_up import fits
from dalan.domains.addons.reading import Fields
from dalan.domains.addons.spread_tables import Spread
from dalan.domains.addons.submitting import Submission, check_content, read_submission
from dalan.kernel import clock, randomness
from dalan.kernel.crypto import Keyring
from dalan.kernel.db import ReadTransaction, WriteTransaction

LIFETIME: Final = timedelta(days=90)
"""Three months."""

BACK_MAX: Final = 30
"""Posts of before that show a new add-on of their person."""

LOOKED_BACK_MAX: Final = 1_000
"""Posts looked at to find them: somebody with more than that in other categories has none."""

CATEGORIES_MAX: Final = 300


class PersonSubmission(msgspec.Struct, frozen=True):
    """An add-on of a person as an app submitted it, read and checked."""

    content: Submission
    categories: list[str]
    paid: paying.Paid


def read_person_submission(body: Any, *, generation: int = 3) -> PersonSubmission:
    """The body of a call that makes one. Raises ``InvalidAddon`` naming the field at fault.

    ``generation``: as for ``read_submission``.
    """
    content = read_submission(body, generation=generation)
    fields = Fields(body, "body")
    return PersonSubmission(
        content, _categories(fields), paying.read_paid(fields, older="verification_cost")
    )


async def spread_over_person(
    tx: WriteTransaction,
    *,
    app: developers.App,
    person_id: int,
    submission: PersonSubmission,
    keys: Keyring,
) -> str:
    """Make or change the app's add-on of a person who agreed to it, in the caller's transaction;
    what the app is told it is called, which stays until it is taken back or is over.

    The person does not leave meanwhile. Raises ``identity.NoSuchPerson`` and
    ``identity.PersonBlocked``, ``WidgetNotAllowed``, ``InvalidAddon`` for a picture there is none
    of, and as ``payments.spend_ticket``; nothing is changed then.
    """
    content, categories = submission.content, submission.categories
    await check_content(tx, app, content)
    await identity.hold(tx, person_id)
    await paying.spend(tx, submission.paid, app_id=app.id, person_id=person_id)
    now = clock.now()
    await spread_queries.drop_expired.execute(tx, app_id=app.id, person_id=person_id, at=now)
    addon_id, uuid = await spread_queries.put_on_person.one(
        tx,
        person_id=person_id,
        uuid=str(randomness.uuid4()),
        app_id=app.id,
        by_person_id=person_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    said = _said(content, categories, keys) | {"expires_at": now + LIFETIME}
    standing = await spread_queries.newest_of_addon.one_or_none(tx, addon_id=addon_id)
    if standing is not None and standing.until_post_id is None and _is_same(standing, said):
        await spread_queries.extend.execute(
            tx,
            content_id=standing.id,
            **{name: said[name] for name in ("notes", "last_modified_at", "expires_at")},
        )
    else:
        after_post_id = await _first_place(tx, app, person_id, categories, standing)
        if standing is None or after_post_id > standing.after_post_id:
            await spread_queries.close.execute(tx, addon_id=addon_id, until_post_id=after_post_id)
            await spread_queries.add_content.execute(
                tx, addon_id=addon_id, after_post_id=after_post_id, **said
            )
        else:
            await spread_queries.rewrite.execute(tx, content_id=standing.id, **said)
    await keep_images(tx, content.widgets)
    return str(uuid)


async def spread_over_business(
    tx: WriteTransaction,
    *,
    app: developers.App,
    business_id: int,
    person_id: int,
    submission: Submission,
    keys: Keyring,
) -> str:
    """Likewise of a business, for which somebody agreed: whoever calls has seen to it that they
    may. Changing it changes it on every post."""
    await check_content(tx, app, submission)
    await identity.hold(tx, person_id)
    now = clock.now()
    addon_id, uuid = await spread_queries.put_on_business.one(
        tx,
        business_id=business_id,
        uuid=str(randomness.uuid4()),
        app_id=app.id,
        by_person_id=person_id,
        created_at=now,
        expires_at=None,
    )
    said = _said(submission, [], keys) | {"expires_at": None}
    standing = await spread_queries.newest_of_addon.one_or_none(tx, addon_id=addon_id)
    if standing is None:
        await spread_queries.add_content.execute(tx, addon_id=addon_id, after_post_id=0, **said)
    else:
        await spread_queries.rewrite.execute(tx, content_id=standing.id, **said)
    await keep_images(tx, submission.widgets)
    return str(uuid)


async def _first_place(
    tx: ReadTransaction,
    app: developers.App,
    person_id: int,
    categories: list[str],
    standing: Spread | None,
) -> int:
    """The number above which posts show what is said now: those of an add-on that goes on are the
    posts to come, those of a new one the last ones too. One that had stopped covers what came
    since, as a new one would."""
    if standing is not None and standing.until_post_id is None:
        return await posts.newest_number_of(tx, person_id)
    latest = await posts.latest_of_person(
        tx, person_id, development=app.is_development, limit=LOOKED_BACK_MAX
    )
    fitting = [
        one.id for one in latest if fits(app, categories, category=one.category, city=one.city)
    ]
    reach = 0
    if len(fitting) > BACK_MAX:
        reach = fitting[BACK_MAX]
    elif len(latest) == LOOKED_BACK_MAX:
        reach = latest[-1].id - 1
    stopped_at = 0 if standing is None else standing.until_post_id or 0
    return max(reach, stopped_at)


def _said(content: Submission, categories: list[str], keys: Keyring) -> dict[str, Any]:
    now = clock.now()
    return {
        "widgets": content.widgets,
        "generation": content.generation,
        "notes": content.notes,
        "semantic": content.semantic,
        "semantic_hashed": semantic.hashed(content.semantic_secret, keys),
        "categories": categories,
        "since": now,
        "last_modified_at": now,
    }


def _is_same(standing: Spread, said: dict[str, Any]) -> bool:
    """Whether people would see, and the marketplace read, what they do already."""
    return all(
        getattr(standing, name) == said[name]
        for name in ("widgets", "semantic", "semantic_hashed", "categories")
    )


def _categories(fields: Fields) -> list[str]:
    """Slugs of known categories, each once, in a fixed order."""
    value = fields.get("categories")
    value = [] if value is None else value
    if not isinstance(value, list):
        raise InvalidAddon("categories", "must be a list")
    if len(value) > CATEGORIES_MAX:
        raise InvalidAddon("categories", f"at most {CATEGORIES_MAX} categories")
    for index, slug in enumerate(value):
        where = f"categories[{index}]"
        if not isinstance(slug, str):
            raise InvalidAddon(where, "must be a string")
        try:
            taxonomy.category(slug)
        except taxonomy.UnknownCategory:
            raise InvalidAddon(where, "there is no such category") from None
    return sorted(set(value))
