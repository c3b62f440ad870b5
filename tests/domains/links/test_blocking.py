"""No link leads to a blocked host, however its name or number is spelled, new or old."""

import pytest

from dalan.domains import links
from dalan.domains.links import hosts
from dalan.kernel.paging import InvalidCursor
from tests.factories.developers import make_app
from tests.factories.links import edit, make_link


@pytest.fixture
async def app_id(tx):
    return (await make_app(tx)).app.id


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Evil.Example", "evil.example"),
        ("*.evil.example", "evil.example"),
        (".evil.example.", "evil.example"),
        ("https://evil.example:8443/path?q=1", "evil.example"),
        ("evil.example:8443", "evil.example"),
        ("evil.example/path", "evil.example"),
        ("0.0.0.0 evil.example", "evil.example"),
        ("||evil.example^", "evil.example"),
        ("مثال.ایران", "xn--mgbh0fb.xn--mgba3a4f16a"),
        ("ｅｖｉｌ．example", "evil.example"),
        ("zip", "zip"),
        ("203.0.113.7", "203.0.113.7"),
        ("0xcb.0.0x7107", "203.0.113.7"),
        ("3405803783", "203.0.113.7"),
        ("203.0.113.9/24", "203.0.113.0/24"),
        ("203.0.113.9/32", "203.0.113.9"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("2001:db8::/32", "2001:db8::/32"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_host_is_kept_in_one_spelling(written, kept):
    assert hosts.entry(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", " ", "a b", "a b c", "..", "*", "0.0.0.0/0", "::/0", "http://", "a\x00b", "\ud800",
     "ex!ample", "x" * 64, "x." * 200 + "x", "9" * 5_000, "http://[", "1.2.3.4/99",
     "evil .example x"],
)  # fmt: skip
def test_what_names_no_host_is_none(written):
    assert hosts.entry(written) == ""


@pytest.mark.parametrize(
    ("entry", "address", "is_blocked"),
    [
        ("evil.example", "https://evil.example/", True),
        ("evil.example", "http://EVIL.example.:99/x", True),
        ("evil.example", "https://a.b.evil.example/", True),
        ("evil.example", "https://notevil.example/", False),
        ("evil.example", "https://example/", False),
        ("evil.example", "https://evil.example.org/", False),
        ("evil.example", "https://user@evil.example/", True),
        ("evil.example", "https://evil.example@good.example/", False),
        ("evil.example", "https://good.example/?u=evil.example", False),
        ("مثال.ایران", "https://xn--mgbh0fb.xn--mgba3a4f16a/", True),
        ("xn--mgbh0fb.ir", "https://مثال.ir/سلام", True),
        ("203.0.113.0/24", "http://203.0.113.200/", True),
        ("203.0.113.0/24", "http://203.0.114.1/", False),
        ("203.0.113.7", "http://0xcb.0.0x7107/", True),
        ("203.0.113.7", "http://3405803783/", True),
        ("203.0.113.7", "http://0313.0.0161.07/", True),
        ("203.0.113.7", "http://[::ffff:203.0.113.7]/", True),
        ("2001:db8::/32", "http://[2001:db8:1::9]/", True),
        ("2001:db8::/32", "http://[2001:db9::1]/", False),
    ],
)
async def test_blocked_host_covers_all_below_it_in_every_spelling(tx, entry, address, is_blocked):
    await links.block_host(tx, entry)

    assert (await links.blocked_by(tx, address) is not None) is is_blocked


async def test_maker_is_refused_and_nothing_is_made(tx, app_id):
    await links.block_host(tx, "evil.example", note="فیشینگ")

    for kind in ("link", "file"):
        with pytest.raises(links.BlockedHost) as refusal:
            await make_link(tx, app_id, "https://www.evil.example/", kind=kind, hash="one")
        assert refusal.value.field == "target"
        assert isinstance(refusal.value, links.InvalidLink)
    assert await links.find(tx, "one") is None
    text = await make_link(tx, app_id, "https://evil.example/", kind="content")
    assert (await links.live(tx, text.hash)).id == text.id
    good = await make_link(tx, app_id, "https://good.example/")
    with pytest.raises(links.BlockedHost):
        await edit(tx, good.id, app_id, target="https://evil.example/")
    assert (await links.live(tx, good.hash)).target == "https://good.example/"


async def test_host_blocked_later_stops_links_until_it_is_let_go(tx, app_id):
    link = await make_link(tx, app_id, "https://shop.evil.example/a")
    assert (await links.live(tx, link.hash)).id == link.id

    blocked = await links.block_host(tx, "evil.example")
    with pytest.raises(links.BlockedLink) as refusal:
        await links.live(tx, link.hash)
    assert isinstance(refusal.value, links.UnknownLink)

    assert (await links.unblock_host(tx, blocked.id)).host == "evil.example"
    assert (await links.live(tx, link.hash)).id == link.id
    with pytest.raises(links.UnknownHost):
        await links.unblock_host(tx, blocked.id)


async def test_blocking_again_writes_the_note_anew(tx):
    first = await links.block_host(tx, "evil.example", note="a")
    again = await links.block_host(tx, "EVIL.example", note="b")

    assert (again.id, again.note) == (first.id, "b")
    assert await links.blocked_hosts_count(tx) == 1
    with pytest.raises(links.InvalidHost):
        await links.block_host(tx, "no host")
    with pytest.raises(links.InvalidHost) as refusal:
        await links.block_host(tx, "a.example", note="x" * 201)
    assert refusal.value.field == "note"


async def test_list_of_lines_is_brought_in_and_says_what_it_left_out(tx):
    await links.block_host(tx, "old.example", note="ours")
    text = (
        "# a list\n! another\n; third\n\n0.0.0.0 one.example\n||two.example^\nold.example\n"
        "three.example # فیشینگ\nnot a host\none.example\n" + "x y\n" * 30
    )

    done = await links.import_hosts(tx, text, note="from a list")

    assert (done.added, done.stood, done.refused_count) == (3, 2, 31)
    assert done.refused[0] == (9, "not a host")
    assert len(done.refused) == 20
    page = await links.blocked_hosts(tx)
    assert [(one.host, one.note) for one in page.hosts] == [
        ("old.example", "ours"),
        ("one.example", "from a list"),
        ("three.example", "فیشینگ"),
        ("two.example", "from a list"),
    ]
    with pytest.raises(links.InvalidHost):
        await links.import_hosts(tx, "\n" * (links.LINES_MAX + 1))


async def test_list_is_searched_and_goes_on(tx):
    for name in ("a.example", "b.example", "c.example", "a_b.example", "axb.example"):
        await links.block_host(tx, name)

    first = await links.blocked_hosts(tx, most=2)
    rest = await links.blocked_hosts(tx, after=first.next_cursor, most=10)

    assert [one.host for one in (*first.hosts, *rest.hosts)] == sorted(
        ["a.example", "b.example", "c.example", "a_b.example", "axb.example"]
    )
    assert rest.next_cursor == ""
    found = await links.blocked_hosts(tx, text="A_B")
    assert [one.host for one in found.hosts] == ["a_b.example"]
    assert (await links.blocked_hosts(tx, text="%\x00\ud800 nothing")).hosts == []
    with pytest.raises(InvalidCursor):
        await links.blocked_hosts(tx, after="x")


async def test_rules_weights_and_what_comes_afterwards_are_asked_too(tx, app_id):
    await links.block_host(tx, "evil.example")
    evil, good = "https://evil.example/", "https://good.example/"
    rule = links.Rule(target=evil, countries=("IR",))

    for field, given in (
        ("rules[0].target", {"terms": links.Terms(rules=(rule,))}),
        ("weighted[1].target", {"terms": links.Terms(weighted=(
            links.WeightedTarget(good, 1), links.WeightedTarget(evil, 1),
        ))}),
        ("after_address", {"after_address": evil}),
    ):  # fmt: skip
        with pytest.raises(links.BlockedHost) as refusal:
            await make_link(tx, app_id, good, **given)
        assert refusal.value.field == field


async def test_link_with_a_card_is_not_plain(tx, app_id):
    link = await make_link(tx, app_id, title="نوروز")
    assert link.is_plain
    assert not link.has_card

    described = await edit(tx, link.id, app_id, description="تخفیف‌ها")

    assert described.has_card
    assert not described.is_plain
