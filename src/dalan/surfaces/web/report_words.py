"""The reasons of reports, the same for visitors and operators."""

from collections.abc import Callable

from dalan.domains.moderation import REPORT_REASONS, ReportReason

Translate = Callable[..., str]


def reason_words(_: Translate, reason: ReportReason) -> str:
    """A reason, as it is chosen and shown."""
    return {
        "fraud": _("Fraud or an unreal offer"),
        "wrong_content": _("Untrue text, price or pictures"),
        "wrong_category": _("Wrong category or a duplicate"),
        "sold": _("Sold already, or nobody answers"),
        "offensive": _("Offensive or forbidden"),
        "other": _("Something else"),
    }[reason]


def reasons(_: Translate) -> list[tuple[ReportReason, str]]:
    """All of them, for a list to choose from."""
    return [(reason, reason_words(_, reason)) for reason in REPORT_REASONS]
