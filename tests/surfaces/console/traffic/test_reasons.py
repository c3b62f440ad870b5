"""Every code a watched surface can answer has its reason in both languages, and its page."""

import re
from pathlib import Path

import dalan
from dalan.surfaces.console import reasons
from dalan.surfaces.docs import library, markdown
from dalan.surfaces.html import i18n
from tests.surfaces.docs.test_errors_page import all_codes

NOT_ASKED_BY_APPS = {
    "accounts", "bookmarks", "console", "html", "moderation", "notices", "operators", "redirect",
    "support", "world",
}  # fmt: skip
"""Rooms that only pages for people enter."""

CONSOLES_OWN = ("dalan.domains.world", "dalan.surfaces.console")
"""Modules whose refusals the console alone answers with."""

OF_NO_ERROR = {
    f"{surface}.{word}"
    for surface in ("api", "basalam", "kenar", "pod")
    for word in ("fault", "wrong_method")
}
"""What surfaces answer without an error of ours."""


def answerable() -> set[str]:
    codes = {
        code
        for code, kind in all_codes().items()
        if code.partition(".")[0] not in NOT_ASKED_BY_APPS
        and not kind.__module__.startswith(CONSOLES_OWN)
    }
    return codes | OF_NO_ERROR | {f"oauth.{word}" for word in reasons.OAUTH_WORDS}


def test_every_code_has_its_reason():
    assert answerable() - set(reasons.REASONS) == set()


def test_no_reason_is_told_for_a_code_that_is_gone():
    assert set(reasons.REASONS) - answerable() == set()


def test_every_reason_is_said_in_persian():
    for code in reasons.REASONS:
        told = reasons.explained(code)

        assert told.en == reasons.REASONS[code]
        assert re.search("[آ-ی]", told.fa), code


def test_every_reason_leads_to_its_paragraph():
    anchors: dict[str, list[str]] = {}
    for code in reasons.REASONS:
        path, _, fragment = reasons.explained(code).docs.removeprefix("/docs/").partition("#")
        if path not in anchors:
            page = library.document(path, "en")
            assert page is not None, code
            anchors[path] = markdown.anchors(page.text)

        assert not fragment or fragment in anchors[path], code


def test_every_word_of_the_authorization_server_is_known():
    written: set[str] = set()
    root = Path(dalan.__file__).parent
    for folder in ("domains/oauth", "surfaces/oauth"):
        for file in sorted((root / folder).rglob("*.py")):
            text = file.read_text()
            written |= set(re.findall(r"""Refusal\(\s*"([a-z_]+)\"""", text))

    assert written <= reasons.OAUTH_WORDS


def test_unknown_code_is_told_as_a_refusal():
    told = reasons.explained("faults.somebody_elses")

    assert told.code == "faults.somebody_elses"
    assert told.fa == i18n.catalog()[reasons.REASONS["dalan.error"]]
    assert told.docs == "/docs/guide/kenar-errors"
