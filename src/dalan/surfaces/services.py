"""What any surface may ask for; built once by the composition root (``dalan.app``)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from dalan.kernel.crypto import Keyring
from dalan.kernel.db import Database
from dalan.settings import Settings

if TYPE_CHECKING:
    from dalan.domains.links import LinkRules
    from dalan.domains.media import FileRules, MediaStore
    from dalan.domains.moderation import Policy
    from dalan.domains.wallet import PromotionRules
    from dalan.kernel.outbound import Outbound
else:
    # Handlers take ``Services``, so Litestar has msgspec read these names; loading the rooms
    # behind them would cost every start what only a few requests need.
    FileRules = LinkRules = MediaStore = Outbound = Policy = PromotionRules = Any


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
    mail_sender: Any = None
    """``notices.MailSender``: how mail leaves; None: not at all, as with ``notices.NoMail``."""
    credential_uses: Any = None
    """``developers.CredentialUses``: when client secrets and the like last proved somebody;
    None: nobody notes it."""

    post_statistics: Any = None
    """``posts.Statistics``: views and impressions, counted in memory; None: nobody counts."""

    known: Any = None
    """``front.Known``: the short links this process answers from memory; None: it does not."""

    clicks: Any = None
    """``clicks.Recorder``: who visited which short link; None: nobody notes it."""

    gateway: Any = None
    """``wallet.Gateway``: where people pay by card; None: nowhere."""

    short_domains: Any = None
    """``links.Domains``: hosts of which every path is a hash; None: there are none."""

    places: Any = None
    """``clicks.Places``: which country a visitor comes from; None: nobody knows."""

    workshop: Any = None
    """``console.workshop.Workshop``: what a dev world's console shows and moves; None: no dev
    world, or one without its composition root."""

    @property
    def file_rules(self) -> "FileRules":
        """How large and how long files may be: for ``media.store_file``."""
        from dalan.domains.media import FileRules  # noqa: PLC0415 (as above: only for uploads)

        settings = self.settings
        return FileRules(
            image_bytes_max=settings.image_bytes_max,
            file_bytes_max=settings.document_bytes_max,
            voice_bytes_max=settings.voice_bytes_max,
            video_bytes_max=settings.video_bytes_max,
            video_seconds_max=settings.video_seconds_max,
        )

    @property
    def link_rules(self) -> "LinkRules":
        """What holds of short links here: for ``links.create`` and ``links.edit``."""
        from dalan.domains.links import (  # noqa: PLC0415 (as above)
            Allowed,
            LinkRules,
            MakingLimits,
            OwnAddresses,
        )

        settings = self.settings
        days = settings.short_link_days
        domains = self.short_domains.known if self.short_domains is not None else ()
        limits = MakingLimits(
            Allowed(settings.short_links_per_minute_person, settings.short_links_per_day_person),
            Allowed(settings.short_links_per_minute_app, settings.short_links_per_day_app),
        )
        return LinkRules(
            own=OwnAddresses(settings.base_url, domains),
            life=timedelta(days=days) if days else None,
            duplicates=settings.short_link_duplicates,
            keys=self.keys,
            limits=limits if settings.quotas_enforced else MakingLimits(),
        )

    @property
    def review_policy(self) -> "Policy":
        """Whose posts reviewers see first: for ``moderation.let_through``."""
        from dalan.domains.moderation import Policy  # noqa: PLC0415 (as above: only for writes)

        settings = self.settings
        if not settings.posts_reviewed:
            return Policy("none")
        if settings.posts_reviewed_of == "new_people":
            return Policy("new_people", trusted_after=settings.posts_trusted_after)
        return Policy("all")

    @property
    def promotion_rules(self) -> "PromotionRules":
        """What holds when somebody pays for a post: for ``wallet.promote``."""
        from dalan.domains.wallet import PromotionRules  # noqa: PLC0415 (as above)

        interval = timedelta(hours=self.settings.bump_interval_hours)
        return PromotionRules(self.review_policy, interval)

    @property
    def dev(self) -> bool:
        """This is a developer's own world."""
        return self.settings.world == "dev"
