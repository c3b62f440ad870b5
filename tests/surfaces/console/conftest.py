"""What tests of the console share."""

import pytest

from dalan.surfaces.console.time import moving


@pytest.fixture(autouse=True)
def moves_come_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is: a move that is cut short by the machine's clock would come to
    another moment in each run."""
    monkeypatch.setattr(moving, "SECONDS_MAX", 600.0)
