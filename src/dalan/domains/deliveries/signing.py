"""How a delivery proves where it comes from: Standard Webhooks, beside the contract's header.

Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def spelled(secret: bytes) -> str:
    """A signing secret as developers paste it."""
    return PREFIX + b64encode(secret).decode()


def bytes_of(spelled_secret: str) -> bytes:
    """The secret itself."""
    return b64decode(spelled_secret.removeprefix(PREFIX))


def headers(
    secrets: Sequence[bytes], *, uid: str, sent_at: datetime, body: bytes
) -> dict[str, str]:
    """``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``; one signature per secret,
    the current one's first. Without a secret there is none."""
    moment = str(int(sent_at.timestamp()))
    said = {"webhook-id": uid, "webhook-timestamp": moment}
    if secrets:
        signed = f"{uid}.{moment}.".encode() + body
        said["webhook-signature"] = " ".join(
            "v1," + b64encode(hmac.digest(secret, signed, "sha256")).decode() for secret in secrets
        )
    return said
