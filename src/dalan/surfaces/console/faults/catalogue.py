"""Every fault that can be ordered: its name, which never changes, where it fits, what it takes.

Each happens to apps on real platforms. Those that are real here stay so when they have struck: a
token that was revoked is revoked, a post that was deleted is gone.
"""

from typing import Final, Literal

import msgspec

from dalan.surfaces.html.i18n import marked
from dalan.surfaces.trouble import Moment

Direction = Literal["in", "out"]
Group = Literal["limits", "access", "things", "wire", "consent", "events", "money"]
Needs = Literal["", "app", "token", "scopes", "post", "upload", "code", "key"]

GROUPS: Final[dict[Group, str]] = {
    "limits": marked("Limits and outages"),
    "access": marked("Keys, tokens and consent that ends"),
    "things": marked("Things that change meanwhile"),
    "wire": marked("On the wire"),
    "consent": marked("On the way through consent"),
    "events": marked("Events and calls to your server"),
    "money": marked("Payments"),
}

CONTRACTS: Final = ("api", "basalam", "kenar", "pod")
CALLED: Final = (*CONTRACTS, "oauth")

SENDING: Final = (
    "chat_bot_send_message",
    "chat_bot_send_message_to_user",
    "chat_bot_send_message_to_user_experimental",
    "conversation_send_message",
    "send_message_older",
)
"""Kenar's operations that bring a message into a chat."""


class Parameter(msgspec.Struct, frozen=True):
    """A number a fault takes; ``usual`` when none is given."""

    name: str
    label: str
    low: float
    high: float
    usual: float
    is_whole: bool = False


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """What can be ordered.

    ``direction``: ``in`` is what apps call, ``out`` what calls them. ``surfaces``: where it fits;
    outwards these are the kinds of calls (``events``, ``starts``, ``bank``). ``operations``: the
    only ones it can strike, all when empty. ``needs``: what a call has to bring along for it to
    strike; a call without is not counted.
    """

    name: str
    group: Group
    label: str
    sentence: str
    direction: Direction = "in"
    surfaces: tuple[str, ...] = CALLED
    operations: tuple[str, ...] = ()
    moment: Moment = "call"
    needs: Needs = ""
    parameters: tuple[Parameter, ...] = ()


_SECONDS: Final = Parameter("seconds", marked("Seconds"), 0.1, 60, 5)
_SECONDS_OUT: Final = Parameter("seconds", marked("Seconds"), 0.1, 12, 5)
"""Who delivers events believes a call lost after 25 seconds, 10 of which are the app's."""

_AGE: Final = Parameter("age_seconds", marked("Age in seconds"), 1, 86_400, 600, is_whole=True)

_FAULTS: Final = (
    Fault(
        name="rate_limited_minute", group="limits", surfaces=CONTRACTS, needs="app",
        label=marked("Too many calls this minute"),
        sentence=marked("429 with Retry-After until the minute is over. Nothing is done."),
    ),
    Fault(
        name="rate_limited_day", group="limits", surfaces=CONTRACTS, needs="app",
        label=marked("Too many calls today"),
        sentence=marked("429 with Retry-After until the day is over. Nothing is done."),
    ),
    Fault(
        name="quota_used_up", group="limits", surfaces=CONTRACTS, needs="app",
        label=marked("The day's quota is used up"),
        sentence=marked(
            "From this call on every call of the app is refused with 429 until the day ends or"
            " this order is taken back."
        ),
    ),
    Fault(
        name="server_error", group="limits",
        label=marked("Error of the platform"),
        sentence=marked("500 in the contract's own shape. Nothing is done."),
    ),
    Fault(
        name="unavailable", group="limits",
        label=marked("Out of service"),
        sentence=marked("503 in the contract's own shape. Nothing is done."),
    ),
    Fault(
        name="gateway_page", group="limits",
        label=marked("A page of the gateway"),
        sentence=marked("502 with an HTML page where JSON is expected. Nothing is done."),
    ),
    Fault(
        name="key_disabled", group="access", surfaces=("api", "kenar", "pod"), needs="key",
        label=marked("The API key is refused"),
        sentence=marked(
            "401 as for a revoked key; at POD’s door it is the service key. The key itself stays as"
            " it is."
        ),
    ),
    Fault(
        name="api_token_refused", group="access", surfaces=("pod",), needs="app",
        label=marked("The API token for short links is refused"),
        sentence=marked("21 as for an API token that ended. The token itself stays as it is."),
    ),
    Fault(
        name="app_suspended", group="access", surfaces=CONTRACTS, needs="app",
        label=marked("The app is suspended"),
        sentence=marked("403 as for a suspended app. The app itself stays as it is."),
    ),
    Fault(
        name="token_expired", group="access", surfaces=("basalam", "kenar"), needs="token",
        label=marked("The access token expires"),
        sentence=marked(
            "Before the call the access token really ends, so the call is refused; the refresh"
            " token beside it still works."
        ),
    ),
    Fault(
        name="token_revoked", group="access", surfaces=("basalam", "kenar"), needs="token",
        label=marked("The person takes their consent back"),
        sentence=marked(
            "Before the call the person's consent is really taken back: neither token works any"
            " more, and the app is told as always."
        ),
    ),
    Fault(
        name="scope_missing", group="access", surfaces=("basalam", "kenar"), needs="scopes",
        label=marked("A scope is missing"),
        sentence=marked("403 as if the person had not agreed to what the operation needs."),
    ),
    Fault(
        name="post_deleted", group="things", surfaces=("kenar",), needs="post",
        label=marked("The post was just deleted"),
        sentence=marked("Before the call the post it is about is really deleted."),
    ),
    Fault(
        name="delivery_restricted", group="things", surfaces=("kenar",), operations=SENDING,
        label=marked("The message may not be delivered"),
        sentence=marked("412 with the contract's own words, as when somebody blocked the other."),
    ),
    Fault(
        name="upload_expired", group="things", surfaces=("kenar",), needs="upload",
        label=marked("The upload address has expired"),
        sentence=marked(
            "The address or token of an upload is too old. An upload in parts really ends."
        ),
    ),
    Fault(
        name="slow", group="wire", parameters=(_SECONDS,),
        label=marked("A slow answer"),
        sentence=marked("The call waits so long before anything is done."),
    ),
    Fault(
        name="connection_reset", group="wire",
        label=marked("The connection breaks off"),
        sentence=marked("The connection is reset without an answer. Nothing is done."),
    ),
    Fault(
        name="answer_lost", group="wire",
        label=marked("The answer is lost"),
        sentence=marked(
            "The operation is done, then the connection is reset without an answer: what happens"
            " when your app tries again?"
        ),
    ),
    Fault(
        name="body_cut", group="wire",
        label=marked("The answer stops in the middle"),
        sentence=marked(
            "The operation is done; its answer announces its length and ends after half of it."
        ),
    ),
    Fault(
        name="invalid_json", group="wire",
        label=marked("Broken JSON"),
        sentence=marked("The operation is done; its answer is whole, but no JSON."),
    ),
    Fault(
        name="empty_answer", group="wire",
        label=marked("An empty answer"),
        sentence=marked("The operation is done and answered with 200 and nothing."),
    ),
    Fault(
        name="consent_denied", group="consent", surfaces=("oauth",), moment="asked", needs="app",
        label=marked("The person says no"),
        sentence=marked(
            "Whoever is sent to agree goes straight back to the app with error=access_denied."
        ),
    ),
    Fault(
        name="state_lost", group="consent", surfaces=("oauth",), moment="granted", needs="app",
        label=marked("The state is lost"),
        sentence=marked(
            "The person comes back with a code and without the state: an app that goes on can be"
            " made to sign them in as somebody else."
        ),
    ),
    Fault(
        name="code_used", group="consent", surfaces=("oauth",), needs="code",
        label=marked("The code was used already"),
        sentence=marked(
            "Somebody was quicker with the authorization code: it is really exchanged once before"
            " the app's own call, which is refused with invalid_grant."
        ),
    ),
    Fault(
        name="event_duplicate", group="events", direction="out", surfaces=("events",),
        parameters=(Parameter("copies", marked("Copies"), 2, 5, 2, is_whole=True),),
        label=marked("An event comes more than once"),
        sentence=marked("The same event with the same id, once after the other."),
    ),
    Fault(
        name="event_late", group="events", direction="out", surfaces=("events",),
        parameters=(_SECONDS_OUT,),
        label=marked("An event comes late"),
        sentence=marked("The event waits so long before it is sent; its signature says when."),
    ),
    Fault(
        name="event_reordered", group="events", direction="out", surfaces=("events",),
        parameters=(_SECONDS_OUT,),
        label=marked("Events overtake one another"),
        sentence=marked(
            "The event waits until another one of the app, about something else, was sent before"
            " it, or so many seconds at most."
        ),
    ),
    Fault(
        name="event_bad_signature", group="events", direction="out", surfaces=("events",),
        label=marked("The signature is wrong"),
        sentence=marked("The event comes with a signature made with another secret."),
    ),
    Fault(
        name="event_old_timestamp", group="events", direction="out", surfaces=("events",),
        parameters=(_AGE,),
        label=marked("The signature is old"),
        sentence=marked("The event says it was sent that long ago, and is signed so."),
    ),
    Fault(
        name="event_key_missing", group="events", direction="out",
        surfaces=("events", "starts"), needs="key",
        label=marked("The identification key is missing"),
        sentence=marked("The call comes without the Authorization header of the contract."),
    ),
    Fault(
        name="event_timeout", group="events", direction="out", surfaces=("events",),
        label=marked("The app does not answer an event"),
        sentence=marked(
            "The event is not sent and counts as unanswered: it comes by the usual schedule."
        ),
    ),
    Fault(
        name="event_note_lost", group="events", direction="out", surfaces=("events",),
        label=marked("The app's answer is lost"),
        sentence=marked(
            "The event is sent and taken, but counts as unanswered: it comes once more later."
        ),
    ),
    Fault(
        name="start_unanswered", group="events", direction="out", surfaces=("starts",),
        label=marked("The app does not answer a start"),
        sentence=marked(
            "A person starts the app or presses its button, and its server counts as silent."
        ),
    ),
    Fault(
        name="payment_unreturned", group="money", surfaces=("web",), moment="paid", needs="app",
        label=marked("Paid, but nobody comes back"),
        sentence=marked(
            "The person pays what the app asked for and closes the tab: the app never sees them"
            " come back and has to ask."
        ),
    ),
    Fault(
        name="bank_silent", group="money", direction="out", surfaces=("bank",),
        label=marked("The bank does not answer"),
        sentence=marked(
            "The gateway is not asked and counts as silent: nothing is known of the payment yet."
        ),
    ),
)  # fmt: skip

FAULTS: Final[dict[str, Fault]] = {one.name: one for one in _FAULTS}

SURFACES: Final = (*CALLED, "web", "events", "starts", "bank")
