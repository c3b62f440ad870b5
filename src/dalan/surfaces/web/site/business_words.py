"""What types and roles of businesses are called, and what a refusal says."""

from collections.abc import Callable
from typing import Final

from dalan.domains import businesses
from dalan.errors import DalanError
from dalan.surfaces.html.i18n import marked

Words = Callable[..., str]

TYPES: dict[businesses.BusinessType, str] = {
    "CAR": marked("Car dealer"),
    "REAL_ESTATE": marked("Estate agency"),
    "JOBS": marked("Employer"),
    "MARKETPLACE": marked("Shop"),
    "SERVICES": marked("Services"),
    "PERSONAL": marked("Personal business"),
}

ROLES: dict[businesses.BusinessRole, tuple[str, str]] = {
    "member": (marked("Member"), marked("submits and edits the posts of the business")),
    "manager": (
        marked("Manager"),
        marked("also takes posts away, lets apps in and edits the profile"),
    ),
    "owner": (marked("Owner"), marked("everything, also members, linked apps and closing")),
}


def refusal(_: Words, error: DalanError) -> str:
    """What a refusal of the room says to people."""
    if isinstance(error, businesses.AlreadyOfBusiness):
        return _("This person works here already.")
    if isinstance(error, businesses.UnknownColleague):
        return _("This person does not work here any more.")
    if isinstance(error, businesses.LastOwnerOfBusiness):
        return _("A business keeps at least one owner. Name another owner first.")
    if isinstance(error, businesses.TooManyOfBusiness):
        return _("There are as many as there may be (%(most)s).", most=error.most)
    if isinstance(error, businesses.InvalidBusiness):
        return _("This is too short or too long.")
    return _("Your role here does not allow this.")


LINES: Final = {
    "business_top_up": marked("Paid in by a colleague"),
    "submit": marked("Publication of a post"),
    "bump": marked("Bump"),
    "renew": marked("Renewal"),
    "refund": marked("Given back"),
}
"""The lines of a business's statement."""

OTHER_LINE: Final = marked("Other")
