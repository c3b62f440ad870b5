"""What personas need of the world around them."""

import msgspec

from dalan.domains import touchpoints


class Rules(msgspec.Struct, frozen=True):
    """The platform whose people they are, and the limits that hold for everybody's chats."""

    platform: touchpoints.Platform
    messages_per_minute: int
    conversations_per_day: int
