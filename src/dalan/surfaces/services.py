"""What any surface may ask for; built once by the composition root (``dalan.app``)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from dalan.settings import Settings

if TYPE_CHECKING:
    from dalan.domains.media import MediaStore
    from dalan.kernel.outbound import Outbound
else:
    # Handlers take ``Services``, so Litestar has msgspec read these names; loading the rooms
    # behind them would cost every start what only a few requests need.
    MediaStore = Outbound = Any


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """The tools of one running platform."""

    settings: Settings
    db: Database
    keys: Keyring
    media: "MediaStore"
    outbound: "Outbound"
    code_sender: Any
    """``identity.CodeSender``: how a one-time code reaches its phone."""
    resource_kinds: Mapping[str, Any]
    """``oauth.ResourceKind`` by resource type, such as ``post``; the authorization server knows
    no room, so the composition root tells it how each kind of thing is described and owned."""
    quotas: Any
    """``developers.Quotas``: calls counted in memory, written in batches."""
    last_uses: Any = None
    """``oauth.LastUses``: when apps last called for people, likewise; None: nobody notes it."""

    @property
    def dev(self) -> bool:
        """This is a developer's own world."""
        return self.settings.world == "dev"
