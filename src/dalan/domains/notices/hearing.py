"""Facts of other rooms that become notices. Each listener acts inside the worker's transaction."""

from contextlib import suppress
from datetime import timedelta

from dalan.domains import (
    businesses,
    deliveries,
    developers,
    identity,
    links,
    oauth,
    posts,
    support,
)
from dalan.domains.developers import App
from dalan.domains.notices.kinds import NoticeKind
from dalan.domains.notices.telling import tell
from dalan.kernel import outbox
from dalan.kernel.db import WriteTransaction

_TOLD_STATES = ("active", "changes_requested", "suspended")
ENDING_DIGITS = 4
"""Of a phone number: enough for its owner to know it again, too few to call it."""
_LEAKS = ("refresh_token_reused", "code_reused")


def listeners(*, key_age_max: timedelta = developers.AGE_MAX) -> outbox.Listeners:
    """Who hears what, for the composition root; the names never change.

    ``key_age_max`` is how old a key should get, which a notice about an older one says.
    """

    async def key_aged(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
        fact = developers.KeyAged.of(recorded)
        await _tell_team(
            tx,
            fact.app_id,
            kind="key_age",
            occasion=f"key_age:{fact.key_id}",
            key=fact.title,
            days=fact.age_days,
            days_max=key_age_max.days,
        )

    return {
        developers.AppMoved.kind: (("notices.app_moved", _app_moved),),
        support.TicketAnswered.kind: (("notices.ticket_answered", _ticket_answered),),
        developers.QuotaNeared.kind: (("notices.quota_neared", _quota_neared),),
        developers.KeyAged.kind: (("notices.key_aged", key_aged),),
        developers.KeyExpires.kind: (("notices.key_expires", _key_expires),),
        identity.PhoneChanged.kind: (("notices.phone_changed", _phone_changed),),
        businesses.MemberAdded.kind: (("notices.business_member_added", _member_added),),
        posts.PostEndsSoon.kind: (("notices.post_ends_soon", _post_ends_soon),),
        posts.PostChangedState.kind: (("notices.post_ended", _post_ended),),
        links.LinkDecided.kind: (("notices.link_decided", _link_decided),),
        oauth.FamilyRevoked.kind: (("notices.token_reused", _token_reused),),
        deliveries.EndpointFailing.kind: (("notices.endpoint_failing", _endpoint_failing),),
        deliveries.EndpointDisabled.kind: (("notices.endpoint_disabled", _endpoint_disabled),),
    }


async def _app_moved(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    """A decision of somebody else: what the team does itself it need not be told."""
    fact = developers.AppMoved.of(recorded)
    state = fact.state
    if fact.before == "suspended":
        state = "lifted"
    elif state not in _TOLD_STATES or (state == "active" and fact.before == "inactive"):
        return
    await _tell_team(
        tx,
        fact.app_id,
        kind="app_state",
        occasion=f"app_state:{recorded.id}",
        state=state,
        note=fact.note,
    )


async def _ticket_answered(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = support.TicketAnswered.of(recorded)
    await _tell_team(
        tx,
        fact.app_id,
        kind="ticket",
        occasion=f"ticket:{recorded.id}",
        subject=fact.subject,
    )


async def _quota_neared(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = developers.QuotaNeared.of(recorded)
    await _tell_team(
        tx,
        fact.app_id,
        kind="quota",
        occasion=f"quota:{fact.app_id}:{fact.window}:{fact.percent}:{fact.day}",
        window=fact.window,
        percent=fact.percent,
        most=f"{fact.most:,}",
    )


async def _key_expires(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = developers.KeyExpires.of(recorded)
    await _tell_team(
        tx,
        fact.app_id,
        kind="key_expiry",
        occasion=f"key_expiry:{fact.key_id}",
        key=fact.title,
        days=fact.days_left,
    )


async def _token_reused(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = oauth.FamilyRevoked.of(recorded)
    if fact.reason not in _LEAKS:
        return
    await _tell_team(
        tx,
        fact.app_id,
        kind="token_reuse",
        occasion=f"token_reuse:{fact.family_id}",
    )


async def _phone_changed(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    """Whoever changed it may be a stranger, so it says which app it was, and leads to where the
    app's access is taken back. Of the number it shows the end only: a mail is read by many."""
    fact = identity.PhoneChanged.of(recorded)
    with suppress(identity.PersonBlocked):  # they read it once they are let in again
        try:
            await identity.hold(tx, fact.person_id)
        except identity.NoSuchPerson:  # gone meanwhile, with all they were told
            return
    person = await identity.person(tx, fact.person_id)
    facts: dict[str, object] = {"ending": person.phone[-ENDING_DIGITS:]}
    if fact.app_id is not None:
        app = await developers.app(tx, fact.app_id)
        facts |= _of(app) | {"path": "/my-divar/apps"}
    await tell(
        tx,
        [person.id],
        kind="phone",
        occasion=f"phone:{recorded.id}",
        app_id=fact.app_id,
        facts=facts,
    )


async def _endpoint_failing(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = deliveries.EndpointFailing.of(recorded)
    await _tell_team(
        tx,
        fact.app_id,
        kind="events",
        occasion=f"events_failing:{fact.endpoint_id}:{fact.since}:{fact.hours}",
        what="failing",
        hours=fact.hours,
    )


async def _endpoint_disabled(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = deliveries.EndpointDisabled.of(recorded)
    await _tell_team(
        tx,
        fact.app_id,
        kind="events",
        occasion=f"events_disabled:{fact.endpoint_id}:{fact.at}",
        what=fact.reason,
        hours=0,
    )


async def _member_added(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    fact = businesses.MemberAdded.of(recorded)
    business = await businesses.by_id(tx, fact.business_id)
    by = await identity.person(tx, fact.by_person_id)
    await tell(
        tx,
        [fact.person_id],
        kind="business",
        occasion=f"business:{recorded.id}",
        facts={
            "business": business.name,
            "by": by.name,
            "path": f"/my-divar/businesses/{business.token}",
        },
    )


async def _link_decided(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    """To the person whose link it is, or to the team of the app; each is led to its page."""
    fact = links.LinkDecided.of(recorded)
    link = (await links.by_ids(tx, [fact.link_id])).get(fact.link_id)
    if link is None:
        return
    occasion = f"link:{recorded.id}"
    said: dict[str, object] = {
        "decided": fact.decided,
        "reason": fact.reason,
        "note": fact.note,
        "link": link.title or link.hash,
    }
    if link.app_id is not None:
        await _tell_team(tx, link.app_id, kind="link", occasion=occasion, **said)
    elif link.person_id is not None:
        await tell(
            tx, [link.person_id], kind="link", occasion=occasion,
            facts=said | {"path": "/my-divar/links"},
        )  # fmt: skip


async def _post_ends_soon(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    post = await posts.by_id(tx, posts.PostEndsSoon.of(recorded).post_id)
    if post is not None and post.state == "published":
        await _tell_of_end(tx, post, is_over=False)


async def _post_ended(tx: WriteTransaction, recorded: outbox.Recorded) -> None:
    """Only what ended by itself: who takes a post off display knows it."""
    fact = posts.PostChangedState.of(recorded)
    if (fact.before, fact.state) != ("published", "retired") or fact.development:
        return
    post = await posts.by_id(tx, fact.post_id)
    if post is None or post.state != "retired" or post.expires_at > post.state_changed_at:
        return
    await _tell_of_end(tx, post, is_over=True)


async def _tell_of_end(tx: WriteTransaction, post: posts.Post, *, is_over: bool) -> None:
    ends = f"{post.expires_at:%Y%m%d%H%M%S}"
    await tell(
        tx,
        [post.owner_id],
        kind="post_end",
        occasion=f"post_end:{post.id}:{ends}:{'over' if is_over else 'soon'}",
        facts={
            "title": post.title,
            "is_over": is_over,
            "path": f"/my-divar/my-posts/{post.token}/ending",
        },
    )


async def _tell_team(
    tx: WriteTransaction, app_id: int, *, kind: NoticeKind, occasion: str, **said: object
) -> None:
    """Tell everybody in the app's team; the app's name goes with whatever is said."""
    app = await developers.app(tx, app_id)
    team = [member.person_id for member in await developers.members(tx, app.id)]
    await tell(tx, team, kind=kind, occasion=occasion, app_id=app.id, facts=_of(app) | said)


def _of(app: App) -> dict[str, object]:
    return {"app": app.display, "slug": app.slug}
