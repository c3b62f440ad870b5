"""Parts of a platform as the settings want them: who sends codes and mail, who takes money, what
limits hold. For the composition root alone."""

from typing import Any
from urllib.parse import unquote, urlsplit

from dalan.domains import clicks, developers, identity, notices, wallet
from dalan.kernel.outbound import Outbound
from dalan.settings import Settings
from dalan.settings_checks import is_loopback, networks

SIMULATED_BANK = "/pay/bank"
SIMULATED_MERCHANT_ID = "da1a0000-0000-4000-8000-000000000000"
"""A dev world's gateway, and who we are there; it knows no secret, for it holds no money."""


def quota_rules(settings: Settings) -> developers.QuotaRules:
    """How often apps may call."""
    return developers.QuotaRules(
        development=developers.Limits(
            settings.requests_per_minute_development, settings.requests_per_day_development
        ),
        production=developers.Limits(
            settings.requests_per_minute_production, settings.requests_per_day_production
        ),
        enforced=settings.quotas_enforced,
    )


def recording_rules(settings: Settings) -> clicks.RecordingRules:
    """How clicks are recorded."""
    return clicks.RecordingRules(
        sync_seconds=settings.clicks_sync_seconds,
        backlog_bytes_max=settings.clicks_backlog_bytes_max,
        excluded=networks(settings.clicks_excluded),
        parsing=clicks.ParsingRules(settings.places_file, counts_bots=settings.count_bots),
    )


def clicks_drainer(settings: Settings) -> clicks.Supervisor:
    """Who keeps the process at work that turns recorded clicks into rows."""
    return clicks.Supervisor(
        clicks.Order(
            database_url=settings.database_address,
            is_durable=settings.database_durable,
            folder=str(settings.clicks_folder.absolute()),
            rules=recording_rules(settings).parsing,
            log_level=settings.log_level,
            log_file=settings.log_file
            or (str(settings.home / "dalan.log") if settings.world == "dev" else ""),
        )
    )


def code_sender(settings: Settings, db: Any, gateway: Outbound) -> identity.CodeSender:
    """How one-time codes leave."""
    if settings.world == "dev":
        return identity.InboxSender(db)
    if settings.code_sender_url:
        return identity.HttpSender(
            gateway, settings.code_sender_url, settings.code_sender_authorization
        )
    return identity.NoSender()


def payment_gateway(settings: Settings, outbound: Outbound) -> wallet.Gateway | None:
    """Where people pay by card; None: nowhere."""
    if settings.gateway_url:
        return wallet.Gateway(outbound, settings.gateway_url, settings.gateway_merchant_id)
    if settings.world == "dev":
        return wallet.Gateway(
            outbound,
            f"{settings.loopback_url}{SIMULATED_BANK}",
            SIMULATED_MERCHANT_ID,
            pages_url=f"{settings.base_url}{SIMULATED_BANK}",
        )
    return None


def mail_sender(settings: Settings, db: Any) -> notices.MailSender:
    """How mail leaves."""
    if settings.smtp_url:
        url = urlsplit(settings.smtp_url)
        encrypted = url.scheme == "smtps"
        server = notices.SmtpServer(
            host=url.hostname or "",
            port=url.port or (465 if encrypted else 587),
            encrypted=encrypted,
            on_this_machine=is_loopback(url.hostname or ""),
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
        )
        return notices.SmtpMail(server, sender=settings.mail_from)
    return notices.InboxMail(db) if settings.world == "dev" else notices.NoMail()
