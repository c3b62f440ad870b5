"""What is said of short links, the same for visitors, owners and operators."""

from collections.abc import Callable

from dalan.domains.links import LINK_REPORT_REASONS, LinkReportReason

Translate = Callable[..., str]


def reason_words(_: Translate, reason: LinkReportReason) -> str:
    """A reason for a report, as it is chosen and shown."""
    return {
        "phishing": _("It pretends to be another site, or asks for passwords or cards"),
        "malware": _("It gives harmful programs"),
        "spam": _("It was sent to me unasked, again and again"),
        "illegal": _("What it leads to is forbidden"),
        "other": _("Something else"),
    }[reason]


def reasons(_: Translate) -> list[tuple[LinkReportReason, str]]:
    """All of them, for a list to choose from."""
    return [(reason, reason_words(_, reason)) for reason in LINK_REPORT_REASONS]
