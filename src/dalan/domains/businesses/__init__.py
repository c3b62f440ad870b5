"""Businesses: accounts several people share, for which they and their apps submit posts.

The room owns businesses with their members and roles, which apps are linked to them, and the
professional pictures of people. A business's name on the wire is its token.
"""

from dalan.domains.businesses.errors import (
    AlreadyOfBusiness,
    InvalidBusiness,
    LastOwnerOfBusiness,
    NotOfBusiness,
    TooManyOfBusiness,
    UnknownBusiness,
    UnknownColleague,
)
from dalan.domains.businesses.events import BusinessClosed, MemberAdded, MemberLeft
from dalan.domains.businesses.linking import is_linked, link_app, linked_apps, unlink_app
from dalan.domains.businesses.members import (
    MEMBERS_MAX,
    add_member,
    change_role,
    check_member,
    is_member,
    members,
    owner_of,
    reaches,
    remove_member,
    role_of,
)
from dalan.domains.businesses.opening import (
    ABOUT_LENGTH_MAX,
    LINE_LENGTH_MAX,
    by_id,
    by_token,
    close_business,
    edit_business,
    of_person,
    open_business,
    roles_of_person,
    set_logo,
)
from dalan.domains.businesses.profiles import profile_image, set_profile_image
from dalan.domains.businesses.tables import (
    BUSINESS_TYPES,
    NAME_LENGTH_MAX,
    Business,
    BusinessMember,
    BusinessRole,
    BusinessType,
    LinkedApp,
)

__all__ = [
    "ABOUT_LENGTH_MAX",
    "BUSINESS_TYPES",
    "LINE_LENGTH_MAX",
    "MEMBERS_MAX",
    "NAME_LENGTH_MAX",
    "AlreadyOfBusiness",
    "Business",
    "BusinessClosed",
    "BusinessMember",
    "BusinessRole",
    "BusinessType",
    "InvalidBusiness",
    "LastOwnerOfBusiness",
    "LinkedApp",
    "MemberAdded",
    "MemberLeft",
    "NotOfBusiness",
    "TooManyOfBusiness",
    "UnknownBusiness",
    "UnknownColleague",
    "add_member",
    "by_id",
    "by_token",
    "change_role",
    "check_member",
    "close_business",
    "edit_business",
    "is_linked",
    "is_member",
    "link_app",
    "linked_apps",
    "members",
    "of_person",
    "open_business",
    "owner_of",
    "profile_image",
    "reaches",
    "remove_member",
    "role_of",
    "roles_of_person",
    "set_logo",
    "set_profile_image",
    "unlink_app",
]
