"""What tests of the front share."""

import pytest

from dalan.front import known


@pytest.fixture(autouse=True)
def lasting_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, what is kept may be answered until something changes."""
    monkeypatch.setattr(known, "LEASE_SECONDS", 3_600.0)
