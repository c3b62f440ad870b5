"""Settings that pages speak of exist; ``tests/test_settings.py`` has the other direction."""

import re

import msgspec
import pytest

from dalan.settings import PREFIX, Settings
from tests.docs.pages import PAGES, name_of

KNOWN = {f"{PREFIX}{field.name.upper()}" for field in msgspec.structs.fields(Settings)}
OF_THE_TESTS = {
    "DALAN_CACHE",
    "DALAN_SHARED",
    "DALAN_TEST_POSTGRES_URL",
    "DALAN_BROWSER",
    "DALAN_SOAK_ROUNDS",
}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_settings_that_pages_speak_of_exist(page):
    named = set(re.findall(r"\bDALAN_[A-Z_]+[A-Z]\b", page.read_text("utf-8")))

    assert named <= KNOWN | OF_THE_TESTS
