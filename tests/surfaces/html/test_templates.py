"""The environment: languages, escaping, what a page always has, and what it must not have."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from dalan.surfaces import html
from dalan.surfaces.html import static, templates
from tests.conftest import START


def page(**values):
    return html.PageContext(**{"now": START, "csrf_token": "t" * 64, **values})


def show(source, context=None, **values):
    return templates.render_string(context or page(), source, **values)


def test_page_speaks_the_language_asked_for():
    assert show('{{ _("Sign in") }}') == "ورود"
    assert show('{{ _("Sign in") }}', page(lang="en")) == "Sign in"
    assert show('{{ _("Page %(num)s", num=3) }}') == "صفحهٔ 3"


def test_filter_on_a_constant_follows_the_page():
    source = "{{ 1250000 | money }}"

    assert show(source) == "1٬250٬000 تومان"
    assert show(source, page(lang="en")) == "1,250,000 Toman"


def test_ago_is_counted_from_the_page():
    at = START - timedelta(minutes=5)

    assert show("{{ at | ago }}", at=at) == "5 دقیقه پیش"


def test_values_are_escaped_in_macros_too():
    shown = show(
        '{% from "_macros/content.html" import card, row %}'
        "{% call card(title=evil) %}{{ row(evil, evil) }}{% endcall %}",
        evil='<script>"x"</script>',
    )

    assert "<script>" not in shown
    assert '"x"' not in shown


def test_undefined_name_is_an_error():
    with pytest.raises(UndefinedError):
        show("{{ nobody_gave_this }}")


def test_imported_macro_knows_the_page():
    source = '{% from "_macros/core.html" import button_form %}{{ button_form("x", "/y") }}'

    assert f'value="{"t" * 64}"' in show(source)
    assert "csrf_token" not in show(source, page(csrf_token=""))


def test_with_query_changes_and_removes_parameters():
    context = page(path="/s/tehran", query="q=%D9%BE%DA%98%D9%88&page=2&tab=a")

    assert show("{{ with_query(page=3, tab=None) }}", context) == (
        "/s/tehran?q=%D9%BE%DA%98%D9%88&amp;page=3"
    )
    assert show("{{ with_query(q=None, page=None, tab=None) }}", context) == "/s/tehran"


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_error_page_says_what_happened_and_where_to_go(lang):
    answer = html.error_page(
        page(lang=lang), 404, "گم شد", "نیست.", [html.Action("خانه", "/"), html.Action("پنل", "/k")]
    )

    assert answer.status_code == 404
    assert f'<html lang="{lang}" dir="{"rtl" if lang == "fa" else "ltr"}"' in answer.content
    assert '<a class="btn btn-primary" href="/"><span>خانه</span></a>' in answer.content
    assert "nosniff" in answer.headers["x-content-type-options"]


def test_headers_keep_strangers_out():
    answer = html.page("<p>")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe-inline" not in policy
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"


def test_consent_page_may_lead_elsewhere():
    policy = html.page("<p>", form_action=False).headers["content-security-policy"]

    assert "form-action" not in policy
    assert "base-uri 'none'" in policy


def test_see_other_is_a_303():
    answer = html.see_other("/kenar/apps")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/kenar/apps"


def test_registered_folder_is_searched(tmp_path, monkeypatch):
    monkeypatch.setattr(templates, "_folders", [*templates._folders])
    (tmp_path / "own.html").write_text("{{ _('Sign in') }}")
    templates.register(tmp_path)

    assert html.render(page(), "own.html") == "ورود"
    templates.environment.cache_clear()


def test_compiled_templates_are_kept(tmp_path):
    folder = tmp_path / "compiled"
    templates.keep_compiled_in(folder)
    try:
        html.render(page(), "error.html", status=404, title="x", text="y", actions=())

        assert list(folder.iterdir())
    finally:
        templates.keep_compiled_in(None)


SURFACES = Path(static.__file__).parents[1]


def test_no_template_breaks_the_content_security_policy():
    inline = re.compile(r"""\sstyle=|\son\w+=["']|javascript:|<script(?![^>]*\bsrc=)|<style""")

    broken = [
        f"{path.relative_to(SURFACES)}: {match.group().strip()}"
        for path in SURFACES.rglob("templates/**/*.html")
        for match in inline.finditer(path.read_text("utf-8"))
    ]

    assert not broken


def test_style_sheets_know_no_left_and_right():
    """Only the evaluation bar is drawn left to right in every language, and code reads so."""
    physical = re.compile(
        r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)"
    )

    found = [
        f"{path.name}: {line.strip()}"
        for path in (Path(static.__file__).parent / "static" / "css").glob("*.css")
        for line in path.read_text("utf-8").splitlines()
        if physical.search(line) and not line.startswith((".ev-", ".code-block", ".copy-row"))
    ]

    assert not found
