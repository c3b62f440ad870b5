"""What can go wrong between us and the platform, in the app's own words."""


class PlatformError(Exception):
    """The platform cannot be reached, or refused something we did not expect it to refuse."""


class ConsentNeeded(PlatformError):
    """The person has not allowed this, or no longer does: ask (again)."""


class UnknownPost(PlatformError):
    """There is no such post."""
