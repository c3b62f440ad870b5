"""What every message of this wire has in common."""

import msgspec


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A message we send: a member at its zero value is left out, which the wire reads as zero.

    Members without a default are the ones the contract marks as required.
    """


class Given(msgspec.Struct, frozen=True):
    """A message we take: unknown members are ignored, null is as good as absent."""


class Empty(Answer, frozen=True):
    """``{}``"""
