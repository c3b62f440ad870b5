"""The stage of a dev world: where personas act, made when the first of them is asked to."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dalan.domains.world.personas import Stage
    from dalan.surfaces.services import Services


class Acting:
    """Lets personas act in this process. Nobody does unless somebody asked."""

    def __init__(self) -> None:
        self._stage: Stage | None = None

    def start(self, services: "Services") -> None:
        """Know the world they act in."""
        self._services = services

    async def stop(self) -> None:
        """Let nobody act any more."""
        if self._stage is not None:
            await self._stage.close()

    async def part(self) -> None:
        """The world becomes another: what they are about is not there, or is something else."""
        if self._stage is not None:
            await self._stage.close("the world was put back")

    @property
    def stage(self) -> "Stage":
        """The rooms behind it are loaded with the first who acts."""
        if self._stage is None:
            from dalan.domains import touchpoints  # noqa: PLC0415 (as above)
            from dalan.domains.world import personas  # noqa: PLC0415

            services, settings = self._services, self._services.settings
            self._stage = personas.Stage(
                personas.Rules(
                    platform=touchpoints.Platform(
                        db=services.db,
                        outbound=services.outbound,
                        keys=services.keys,
                        base_url=settings.base_url,
                        timeout_seconds=settings.outbound_seconds,
                    ),
                    messages_per_minute=settings.chat_messages_per_minute,
                    conversations_per_day=settings.chat_conversations_per_day,
                )
            )
        return self._stage
