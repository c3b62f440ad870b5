"""How often a person's post was seen and asked about. Reference 5.6."""

from collections.abc import Callable
from typing import Final

from dalan.domains import posts
from dalan.surfaces.kenar.call import Call
from dalan.surfaces.kenar.routes.posts import EXPERIMENTAL, own_post
from dalan.surfaces.kenar.wire import statistics as wire
from dalan.surfaces.operations import Operation

_COUNT_MAX: Final = 2**31 - 1
"""The contract's counts are 32-bit: what is more than that is told as that."""


async def get_post_stats(call: Call) -> wire.GetPostStatsResponse:
    """Views, impressions and chats of the last seven days in Tehran, and in all."""
    post = await own_post(call, call.path["post_token"])
    counted = await posts.statistics_of(call.look, post.id)
    return wire.GetPostStatsResponse(
        views=_told(counted, lambda counts: counts.views),
        impressions=_told(counted, lambda counts: counts.impressions),
        chats=_told(counted, lambda counts: counts.chats),
    )


def _told(counted: posts.PostStatistics, of: Callable[[posts.Counts], int]) -> wire.PostStats:
    return wire.PostStats(
        daily=[
            wire.DailyStats(date=day.isoformat(), count=min(of(counts), _COUNT_MAX))
            for day, counts in counted.days.items()
        ],
        total=min(of(counted.total), _COUNT_MAX),
    )


OPERATIONS = (
    Operation(
        method="GET",
        paths=(f"{EXPERIMENTAL}/posts/{{post_token}}/stats",),
        handle=get_post_stats,
        answer=wire.GetPostStatsResponse,
        permission="POST_STATS_RETRIEVE",
        scopes=("USER_POSTS_STATS_READ",),
        tag="Post",
    ),
)
