"""What people and developers are told, and where: in the panel, and by mail.

The room owns notices with who has read them, what each person wants to be told, their verified
mail addresses, and how a mail leaves. What happened it hears as facts of other rooms.
"""

from dalan.domains.notices.addresses import (
    CLAIM_SECONDS,
    CODE_LENGTH,
    ClaimRules,
    InvalidAddress,
    IssuedClaim,
    NoLiveClaim,
    TooManyClaims,
    WrongClaimCode,
    claim_address,
    claimed_address,
    drop_address,
    mail_address,
    send_claim,
    verify_address,
)
from dalan.domains.notices.hearing import listeners
from dalan.domains.notices.kinds import KINDS, NoticeKind, kind_words
from dalan.domains.notices.mailing import MailRules, mail_due
from dalan.domains.notices.messages import tell_of_messages
from dalan.domains.notices.preferences import Preference, preferences, set_preferences
from dalan.domains.notices.senders import (
    InboxMail,
    Mail,
    MailNotSent,
    MailSender,
    NoMail,
    SmtpMail,
    SmtpServer,
    mail_inbox,
)
from dalan.domains.notices.tables import DevMail, MailAddress, Notice
from dalan.domains.notices.telling import (
    NoSuchNotice,
    NoticesPage,
    forget,
    mark_all_read,
    mark_read,
    notices_of,
    purge,
    tell,
    unread_count,
)
from dalan.domains.notices.texts import Words, path_of, words_of
from dalan.domains.notices.upcoming import next_due

__all__ = [
    "CLAIM_SECONDS",
    "CODE_LENGTH",
    "KINDS",
    "ClaimRules",
    "DevMail",
    "InboxMail",
    "InvalidAddress",
    "IssuedClaim",
    "Mail",
    "MailAddress",
    "MailNotSent",
    "MailRules",
    "MailSender",
    "NoLiveClaim",
    "NoMail",
    "NoSuchNotice",
    "Notice",
    "NoticeKind",
    "NoticesPage",
    "Preference",
    "SmtpMail",
    "SmtpServer",
    "TooManyClaims",
    "Words",
    "WrongClaimCode",
    "claim_address",
    "claimed_address",
    "drop_address",
    "forget",
    "kind_words",
    "listeners",
    "mail_address",
    "mail_due",
    "mail_inbox",
    "mark_all_read",
    "mark_read",
    "next_due",
    "notices_of",
    "path_of",
    "preferences",
    "purge",
    "send_claim",
    "set_preferences",
    "tell",
    "tell_of_messages",
    "unread_count",
    "verify_address",
    "words_of",
]
