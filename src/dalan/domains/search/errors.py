"""What the room refuses."""

from typing import ClassVar

from dalan.errors import ResourceExhausted


class SearchQuota(ResourceExhausted):
    """The app searched as often as it may in a day."""

    code: ClassVar[str] = "search.quota"

    def __init__(self, *, slug: str, most: int, retry_after_seconds: int) -> None:
        super().__init__("daily search quota exceeded", retry_after_seconds=retry_after_seconds)
        self.slug, self.most = slug, most
