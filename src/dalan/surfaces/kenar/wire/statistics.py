"""Messages of a post's statistics."""

from dalan.surfaces.kenar.wire.common import Answer


class DailyStats(Answer, frozen=True):
    """``GetPostStatsResponseDailyStats``; a day of nothing has no ``count``."""

    date: str
    count: int = 0


class PostStats(Answer, frozen=True):
    """``GetPostStatsResponsePostStats``: oldest day first."""

    daily: list[DailyStats]
    total: int = 0


class GetPostStatsResponse(Answer, frozen=True):
    """``postGetPostStatsResponse``"""

    views: PostStats
    impressions: PostStats
    chats: PostStats
