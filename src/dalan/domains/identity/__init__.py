"""People: who they are, how they sign in, and on which browsers they are signed in.

The room owns phone numbers, one-time codes and browser sessions; others name a person by id.
"""

from dalan.domains.identity.errors import (
    NoSuchPerson,
    NoSuchSession,
    PersonBlocked,
    TooManyCodes,
)
from dalan.domains.identity.people import (
    block,
    people,
    person,
    person_by_phone,
    register,
    rename,
    set_language,
    unblock,
)
from dalan.domains.identity.sessions import (
    OpenedSession,
    is_touch_due,
    open_session,
    revoke_other_sessions,
    revoke_session,
    session,
    sessions,
    sign_out,
    touch_session,
)
from dalan.domains.identity.tables import (
    NAME_LENGTH_MAX,
    InboxCode,
    Language,
    Person,
    Presence,
    Session,
)

__all__ = [
    "NAME_LENGTH_MAX",
    "InboxCode",
    "Language",
    "NoSuchPerson",
    "NoSuchSession",
    "OpenedSession",
    "Person",
    "PersonBlocked",
    "Presence",
    "Session",
    "TooManyCodes",
    "block",
    "is_touch_due",
    "open_session",
    "people",
    "person",
    "person_by_phone",
    "register",
    "rename",
    "revoke_other_sessions",
    "revoke_session",
    "session",
    "sessions",
    "set_language",
    "sign_out",
    "touch_session",
    "unblock",
]
