"""Telling apps what happened: the log of each app's events, and bringing them to its server.

The room owns events as they are sent, endpoints with how they fare, signing secrets, deliveries
and every attempt. What is worth telling, and to whom, it does not know.
"""

from dalan.domains.deliveries.browsing import (
    PULL_MAX,
    TOLD_STATES,
    Filter,
    LogPage,
    ToldState,
    endpoint,
    event_sent,
    events_after,
    last_position,
    log_page,
    one_event,
    position_before,
    types_told,
    waiting_count,
    waits_for,
    world_page,
)
from dalan.domains.deliveries.dispatching import CALLS_MAX, Dispatcher
from dalan.domains.deliveries.errors import NoAddress, NothingDisabled, NotWaiting, UnknownEvent
from dalan.domains.deliveries.events import EndpointDisabled, EndpointFailing
from dalan.domains.deliveries.keys import (
    OVERLAP,
    ensure_secret,
    rotate_secret,
    sealed_authorization,
    secret_bytes,
    secret_text,
    signing_secrets,
)
from dalan.domains.deliveries.recording import News, append, make_endpoint, set_hook
from dalan.domains.deliveries.resending import disable, enable, resend, resend_filtered, skip
from dalan.domains.deliveries.sending import TIMEOUT_SECONDS, Job, Patience, Result
from dalan.domains.deliveries.signing import headers as signed_headers
from dalan.domains.deliveries.tables import (
    MAIN,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    Outcome,
    Secret,
    Told,
)
from dalan.domains.deliveries.upcoming import attempts_after, newest_attempt, next_watch
from dalan.domains.deliveries.watching import purge, watch

__all__ = [
    "CALLS_MAX",
    "MAIN",
    "OVERLAP",
    "PULL_MAX",
    "TIMEOUT_SECONDS",
    "TOLD_STATES",
    "Attempt",
    "Delivery",
    "DeliveryState",
    "Dispatcher",
    "Endpoint",
    "EndpointDisabled",
    "EndpointFailing",
    "Event",
    "Filter",
    "Job",
    "LogPage",
    "News",
    "NoAddress",
    "NotWaiting",
    "NothingDisabled",
    "Outcome",
    "Patience",
    "Result",
    "Secret",
    "Told",
    "ToldState",
    "UnknownEvent",
    "append",
    "attempts_after",
    "disable",
    "enable",
    "endpoint",
    "ensure_secret",
    "event_sent",
    "events_after",
    "last_position",
    "log_page",
    "make_endpoint",
    "newest_attempt",
    "next_watch",
    "one_event",
    "position_before",
    "purge",
    "resend",
    "resend_filtered",
    "rotate_secret",
    "sealed_authorization",
    "secret_bytes",
    "secret_text",
    "set_hook",
    "signed_headers",
    "signing_secrets",
    "skip",
    "types_told",
    "waiting_count",
    "waits_for",
    "watch",
    "world_page",
]
