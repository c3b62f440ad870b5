"""An app that is out, and somebody with posts."""

import pytest

from dalan.domains import developers
from dalan.kernel.db import WriteTransaction
from tests.factories.developers import make_app
from tests.factories.identity import make_person


@pytest.fixture
async def app(tx: WriteTransaction) -> developers.App:
    return (await make_app(tx, production=True)).app


@pytest.fixture
async def owner_id(tx: WriteTransaction) -> int:
    return (await make_person(tx)).id
