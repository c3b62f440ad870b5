"""Where a link leads whom: no database is asked."""

from collections import Counter
from datetime import UTC, datetime

import msgspec
import pytest

from dalan.domains import links
from dalan.domains.links.term_checks import checked_terms
from tests.factories.links import RULES

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
"""A Sunday, twelve o'clock in Tehran."""

HOME = "https://home.example/"
AWAY = "https://away.example/x?a=1#there"


def link(terms: links.Terms) -> links.Link:
    return links.Link(
        id=1, domain="", hash="h", hash_method="auto", kind="link", target=HOME, app_id=1,
        person_id=None, tags="", title="", note="", description="", picture="", active=True,
        created_at=NOON, changed_at=NOON, expires_at=None, valid_from=None, visits_max=None,
        has_password=False, after_address="", deleted_at=None, purged_at=None,
        terms=checked_terms(terms, "link", RULES.own),
    )  # fmt: skip


def led(terms: links.Terms, **said) -> str:
    return links.lead(link(terms), visitor(**said), own_target=HOME).address


def visitor(**said) -> links.Visitor:
    agent, country = said.pop("agent", links.Agent()), said.pop("country", "")
    at = said.pop("at", NOON)
    return links.Visitor(at=at, agent=lambda: agent, country=lambda: country, **said)


def rule(**said) -> links.Terms:
    return links.Terms(rules=(links.Rule(target=AWAY, **said),))


PHONE = links.Agent("Chrome Mobile", "Android 14", "phone")


@pytest.mark.parametrize(
    ("said", "visits", "fits"),
    [
        ({"countries": ("IR", "AF")}, {"country": "AF"}, True),
        ({"countries": ("IR",)}, {"country": ""}, False),
        ({"devices": ("phone",)}, {"agent": PHONE}, True),
        ({"devices": ("desktop", "tablet")}, {"agent": PHONE}, False),
        ({"systems": ("android",)}, {"agent": PHONE}, True),
        ({"systems": ("Android 14",)}, {"agent": PHONE}, True),
        ({"systems": ("Android 1",)}, {"agent": PHONE}, False),
        ({"browsers": ("Chrome",)}, {"agent": PHONE}, True),
        ({"browsers": ("Firefox",)}, {"agent": PHONE}, False),
        ({"languages": ("fa",)}, {"languages": "fa-IR,fa;q=0.9,en;q=0.8"}, True),
        ({"languages": ("fa",)}, {"languages": "en;q=0.8, fa"}, True),
        ({"languages": ("fa",)}, {"languages": "en,fa;q=0.9"}, False),
        ({"languages": ("fa",)}, {"languages": "fa;q=x,*"}, False),
        ({"weekdays": (7,)}, {}, True),
        ({"weekdays": (1, 2)}, {}, False),
        ({"time_from": "11:00", "time_until": "12:01"}, {}, True),
        ({"time_from": "11:00", "time_until": "12:00"}, {}, False),
        ({"time_from": "22:00", "time_until": "12:30"}, {}, True),
        ({"time_from": "08:00", "time_until": "09:00", "zone": "UTC"}, {}, True),
        ({"starts_at": NOON}, {}, True),
        ({"ends_at": NOON}, {}, False),
        ({"query": {"ref": ""}}, {"query": "a=1&ref"}, True),
        ({"query": {"ref": "x y"}}, {"query": "ref=z&ref=x%20y"}, True),
        ({"query": {"ref": "x"}}, {"query": "ref=y"}, False),
        ({"devices": ("phone",), "countries": ("IR",)}, {"agent": PHONE, "country": "DE"}, False),
    ],
)
def test_rule_leads_whoever_fits_all_it_says(said, visits, fits):
    assert led(rule(**said), **visits) == (AWAY if fits else HOME)


def test_first_rule_that_fits_decides_and_else_the_target():
    terms = links.Terms(
        rules=(
            links.Rule(target="https://one.example/", countries=("DE",)),
            links.Rule(target="https://two.example/", languages=("fa",)),
            links.Rule(target="https://three.example/", languages=("fa",)),
        )
    )

    assert led(terms, languages="fa") == "https://two.example/"
    assert led(terms, languages="fa", country="DE") == "https://one.example/"
    assert led(terms) == HOME


def test_what_no_rule_asks_of_is_not_looked_up():
    def never() -> str:
        raise AssertionError("nobody asked")

    came = links.Visitor(at=NOON, languages="de", country=never)
    terms = links.Terms(rules=(links.Rule(target=AWAY, languages=("fa",), countries=("IR",)),))

    assert links.lead(link(terms), came, own_target=HOME).address == HOME


WEIGHTED = links.Terms(
    weighted=(
        links.WeightedTarget("https://a.example/", 3),
        links.WeightedTarget("https://b.example/", 1),
        links.WeightedTarget("https://never.example/", 0),
    )
)


def test_weighted_targets_are_drawn_by_their_weight_and_kept_for_who_comes_again():
    found = Counter[str]()
    for _ in range(2_000):
        first = links.lead(link(WEIGHTED), visitor(), own_target=HOME)
        again = links.lead(link(WEIGHTED), visitor(choice=first.choice), own_target=HOME)
        assert again == first
        found[first.address] += 1

    assert set(found) == {"https://a.example/", "https://b.example/"}
    assert 1_300 < found["https://a.example/"] < 1_700  # 1,500 by chance, ten deviations around


@pytest.mark.parametrize("choice", ["", "x", "9-", "2-00000000", "1-", "1-deadbeef", "٣-", "99999"])
def test_choice_of_other_places_is_drawn_anew(choice):
    lead = links.lead(link(WEIGHTED), visitor(choice=choice), own_target=HOME)

    assert lead.choice != choice
    assert lead.address in {"https://a.example/", "https://b.example/"}


def test_query_goes_on_behind_the_targets_own_and_before_the_fragment():
    terms = msgspec.structs.replace(rule(weekdays=(7,)), forwards_query=True)

    assert led(terms, query="b=2&c") == "https://away.example/x?a=1&b=2&c#there"
    assert led(terms, query="qr&b=2") == "https://away.example/x?a=1&b=2#there"
    assert led(terms, query="qr") == AWAY
    assert led(links.Terms(forwards_query=True), query="b=%D8%B3") == f"{HOME}?b=%D8%B3"
    assert led(links.Terms(forwards_query=True), query="x" * 9_000) == HOME
    assert (
        led(links.Terms(forwards_query=True), query="b=\r\nx: y#z") == f"{HOME}?b=%0D%0Ax:%20y%23z"
    )


def test_utm_is_added_where_it_is_absent():
    utm = links.Utm(source="sms", campaign="بهار و نو")
    terms = msgspec.structs.replace(rule(weekdays=(7,)), utm=utm)
    campaign = "utm_campaign=%D8%A8%D9%87%D8%A7%D8%B1+%D9%88+%D9%86%D9%88"

    assert led(terms) == f"https://away.example/x?a=1&utm_source=sms&{campaign}#there"
    forwarding = links.Terms(forwards_query=True, utm=utm)
    assert led(forwarding, query="utm_source=mail") == f"{HOME}?utm_source=mail&{campaign}"


def bad(**said) -> links.Terms:
    return links.Terms(rules=(links.Rule(target=AWAY, weekdays=(1,)), links.Rule(**said)))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (bad(target="javascript:alert(1)", weekdays=(1,)), "rules[1].target"),
        (bad(target="http://127.0.0.1:8000/l/x", weekdays=(1,)), "rules[1].target"),
        (bad(target=AWAY), "rules[1]"),
        (bad(target=AWAY, countries=("ir",)), "rules[1].countries"),
        (bad(target=AWAY, countries=("IR",) * 51), "rules[1].countries"),
        (bad(target=AWAY, languages=("fa_IR",)), "rules[1].languages"),
        (bad(target=AWAY, devices=("toaster",)), "rules[1].devices"),
        (bad(target=AWAY, systems=(" ",)), "rules[1].systems"),
        (bad(target=AWAY, browsers=("x" * 101,)), "rules[1].browsers"),
        (bad(target=AWAY, weekdays=(0,)), "rules[1].weekdays"),
        (bad(target=AWAY, weekdays=(10**30,)), "rules[1].weekdays"),
        (bad(target=AWAY, time_from="08:00"), "rules[1].time_until"),
        (bad(target=AWAY, time_from="24:00", time_until="25:00"), "rules[1].time_from"),
        (bad(target=AWAY, time_from="08:00", time_until="08:00"), "rules[1].time_until"),
        (bad(target=AWAY, weekdays=(1,), zone="Asia/Nowhere"), "rules[1].zone"),
        (bad(target=AWAY, weekdays=(1,), zone="../etc/passwd"), "rules[1].zone"),
        (bad(target=AWAY, weekdays=(1,), zone="\x00"), "rules[1].zone"),
        (bad(target=AWAY, starts_at=NOON, ends_at=NOON), "rules[1].ends_at"),
        (bad(target=AWAY, starts_at=NOON.replace(tzinfo=None)), "rules[1].starts_at"),
        (bad(target=AWAY, query={"": "x"}), "rules[1].query"),
        (bad(target=AWAY, query={"a": "\ud800"}), "rules[1].query"),
        (links.Terms(rules=(links.Rule(target=AWAY, weekdays=(1,)),) * 21), "rules"),
        (links.Terms(weighted=(links.WeightedTarget(AWAY, 1),) * 11), "weighted"),
        (links.Terms(weighted=(links.WeightedTarget(AWAY, 0),)), "weighted"),
        (links.Terms(weighted=(links.WeightedTarget(AWAY, -1),)), "weighted[0].weight"),
        (links.Terms(weighted=(links.WeightedTarget("x", 1),)), "weighted[0].target"),
        (links.Terms(utm=links.Utm(source="x" * 201)), "utm.source"),
    ],
)
def test_terms_that_cannot_be_name_their_part(terms, field):
    with pytest.raises(links.InvalidLink) as refusal:
        checked_terms(terms, "link", RULES.own)

    assert refusal.value.field == field


def test_text_has_no_terms_of_where():
    with pytest.raises(links.InvalidLink):
        checked_terms(WEIGHTED, "content", RULES.own)
    assert checked_terms(links.NO_TERMS, "content", RULES.own) == ""
