"""What operators add, rename and retire: who is offered it, what stays readable, who hears."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories.identity import make_person
from tests.factories.posts import FIELDS, make_post
from tests.factories.search import make_found

from dalan.domains import posts, search, taxonomy
from dalan.domains.taxonomy import changing
from dalan.kernel.db import Database, WriteTransaction

CAR = FIELDS["light"]


@pytest.fixture(autouse=True)
def shipped_again() -> Iterator[None]:
    """The lists are the process's: whatever a test made of them goes with it."""
    yield
    taxonomy.use([])


@pytest.fixture
async def operator_id(db: Database) -> int:
    async with db.write() as tx:
        person = await make_person(tx)
    return person.id


async def change(db: Database, verb: Any, *said: str, by: int, **more: Any) -> None:
    async def work(tx: WriteTransaction) -> None:
        await verb(tx, *said, by_person_id=by, **more)

    await db.transact(work)
    await taxonomy.refresh(db)


async def test_added_category_takes_posts_and_is_found_below_its_groups(db, operator_id):
    await change(
        db, taxonomy.add, "category", slug="drones", title="پهپاد", title_en="Drones",
        parent="electronic-devices", by=operator_id,
    )  # fmt: skip

    node = taxonomy.category("drones")
    assert node.leaf
    assert node.level == 2
    assert node.display.endswith(" - پهپاد")
    assert node in taxonomy.children("electronic-devices")
    assert node in taxonomy.descendants("root")
    assert taxonomy.submit_schema("drones").field("price") is not None
    async with db.write() as tx:
        post = await make_found(
            tx, title="پهپاد دوربین‌دار", category="drones", fields={"price": 90_000_000}
        )
    async with db.read() as tx:
        query = search.Query(category="electronic-devices")
        found = await search.find(tx, query, limit=5)
    assert [one.id for one in found.posts] == [post.id]


async def test_renaming_is_everywhere_and_keeps_what_was_filed(db, operator_id):
    await change(db, taxonomy.rename, "category", "vehicles", title="خودرو و موتور", by=operator_id)
    await change(db, taxonomy.rename, "city", "tehran", title="تهران بزرگ", by=operator_id)
    await change(
        db, taxonomy.rename, "brand_models/light", "Audi", title="آئودی (آلمان)", by=operator_id
    )

    assert taxonomy.category("vehicles").title == "خودرو و موتور"
    assert "خودرو و موتور - " in taxonomy.category("light").display
    assert taxonomy.city("tehran").display == "تهران بزرگ"
    assert taxonomy.major_cities()[0].display == "تهران بزرگ"
    field = taxonomy.submit_schema("light").field("brand_model")
    assert field is not None
    assert taxonomy.Option("Audi", "آئودی (آلمان)") in field.options


async def test_retired_entries_stay_on_old_posts_and_no_new_post_says_them(db, operator_id):
    async with db.write() as tx:
        old = await make_post(
            tx, district="sadeghiyeh", fields=CAR | {"brand_model": "Audi Q5", "color": "سفید"}
        )
    for name, slug in (
        ("district", "sadeghiyeh"),
        ("brand_models/light", "Audi"),
        ("category", "light"),
        ("city", "tehran"),
    ):
        await change(db, taxonomy.retire, name, slug, by=operator_id)

    assert taxonomy.category("light").title, "what is retired is still known"
    assert taxonomy.district("sadeghiyeh").display
    lines = {line.name: line.text for line in taxonomy.describe_fields("light", old.fields)}
    assert lines["brand_model"] == "آئودی Q5", "with its make the model is retired, not forgotten"
    assert "light" not in {one.slug for one in taxonomy.categories()}
    assert taxonomy.districts_of("tehran") == ()
    assert "Audi Q5" not in {one.slug for one in taxonomy.brand_models("light")}
    async with db.write() as tx:
        edited = await posts.edit(
            tx, old, posts.Changes(title="پژوی تمیز"), by=posts.SYSTEM, reviewed=False
        )
        assert edited.fields["brand_model"] == "Audi Q5"
    for refused, said in (
        (taxonomy.UnknownCategory, {"city": "shiraz"}),
        (taxonomy.UnknownCity, {"category": "furniture", "fields": {"status": "used"}}),
    ):
        with pytest.raises(refused):
            async with db.write() as tx:
                await make_post(tx, **said)

    for name, slug in (("city", "tehran"), ("category", "light")):
        await change(db, taxonomy.bring_back, name, slug, by=operator_id)
    with pytest.raises(taxonomy.InvalidFields):
        async with db.write() as tx:
            await make_post(tx, fields=CAR | {"brand_model": "Audi Q5"})
    with pytest.raises(taxonomy.UnknownDistrict):
        async with db.write() as tx:
            await make_post(tx, district="sadeghiyeh")


async def test_options_of_a_field_and_places_are_added_where_they_belong(db, operator_id):
    await change(
        db, taxonomy.add, "city", slug="new-town", title="پردیسان نو", parent="تهران",
        by=operator_id,
    )  # fmt: skip
    await change(
        db, taxonomy.add, "district", slug="new-town-centre", title="مرکز", parent="new-town",
        by=operator_id,
    )  # fmt: skip
    await change(
        db, taxonomy.add, "brand_models/light", slug="Audi Q9", title="آئودی Q9", by=operator_id
    )
    await change(db, taxonomy.add, "field/gearbox", slug="دوکلاچه", title="دوکلاچه", by=operator_id)

    names = [one.display for one in taxonomy.cities()]
    at = names.index("پردیسان نو")
    assert names[at - 1][0] in "بپ"
    assert names[at + 1][0] in "پت"
    assert [one.display for one in taxonomy.districts_of("new-town")] == ["مرکز"]
    models = [one.slug for one in taxonomy.brand_models("light")]
    assert models[models.index("Audi Q9") - 1].startswith("Audi")
    assert models[-1] == "other"
    async with db.write() as tx:
        post = await make_post(
            tx, city="new-town", district="new-town-centre",
            fields=CAR | {"brand_model": "Audi Q9", "gearbox": "دوکلاچه"},
        )  # fmt: skip
    assert post.fields["brand_model"] == "Audi Q9"
    assert post.fields["gearbox"] == "دوکلاچه"


@pytest.mark.parametrize(
    ("refused", "verb", "said", "more"),
    [
        (taxonomy.EntryExists, "add", ("category",),
         {"slug": "light", "title": "x", "title_en": "x", "parent": "vehicles"}),
        (taxonomy.UnknownEntry, "add", ("category",),
         {"slug": "a", "title": "x", "title_en": "x", "parent": "nowhere"}),
        (taxonomy.NotALeafCategory, "add", ("category",),
         {"slug": "a", "title": "x", "title_en": "x", "parent": "light"}),
        (taxonomy.InvalidEntry, "add", ("category",),
         {"slug": "a", "title": "x", "title_en": "", "parent": "vehicles"}),
        (taxonomy.InvalidEntry, "add", ("city",),
         {"slug": "No Slug", "title": "x", "parent": "تهران"}),
        (taxonomy.InvalidEntry, "add", ("city",),
         {"slug": "a", "title": "x" * 61, "parent": "تهران"}),
        (taxonomy.UnknownEntry, "add", ("city",),
         {"slug": "a", "title": "x", "parent": "Mars"}),
        (taxonomy.UnknownEntry, "add", ("district",),
         {"slug": "a", "title": "x", "parent": "nowhere"}),
        (taxonomy.UnknownEntry, "add", ("nothing",),
         {"slug": "a", "title": "x"}),
        (taxonomy.UnknownEntry, "add", ("field/price_mode",),
         {"slug": "a", "title": "x"}),
        (taxonomy.EntryExists, "add", ("brand_models/light",),
         {"slug": "AUDI", "title": "x"}),
        (taxonomy.UnknownEntry, "rename", ("city", "nowhere"),
         {"title": "x"}),
        (taxonomy.NeededEntry, "retire", ("category", "root"),
         {}),
        (taxonomy.NeededEntry, "retire", ("category", "vehicles"),
         {}),
        (taxonomy.NeededEntry, "retire", ("brand_models/light", "other"),
         {}),
        (taxonomy.NeededEntry, "retire", ("brand_models/light", "ROOT"),
         {}),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_changes_nothing(
    db, operator_id, refused, verb, said, more
):
    before = {name: taxonomy.entries_of(name) for name in ("category", "city", "district")}

    with pytest.raises(refused):
        await change(db, getattr(taxonomy, verb), *said, by=operator_id, **more)

    await taxonomy.refresh(db)
    assert {name: taxonomy.entries_of(name) for name in before} == before


async def test_every_process_looks_and_two_writers_take_turns(db, operator_id, monkeypatch):
    monkeypatch.setattr(changing, "LOOK_SECONDS", 0.01)
    keeper = taxonomy.Keeper(db)
    await keeper.start()
    try:

        async def add(number: int) -> None:
            async def work(tx: WriteTransaction) -> None:
                await taxonomy.add(
                    tx, "district", slug=f"new-{number}", title=f"تازه {number}", parent="tehran",
                    by_person_id=operator_id,
                )  # fmt: skip

            await db.transact(work)

        await asyncio.gather(*(add(number) for number in range(4)))
        for _ in range(500):
            if len([one for one in taxonomy.districts() if one.slug.startswith("new-")]) == 4:
                break
            await asyncio.sleep(0.01)
        assert {"new-0", "new-1", "new-2", "new-3"} <= {
            one.slug for one in taxonomy.districts_of("tehran")
        }
        assert not await keeper.look(), "nothing is read twice"
    finally:
        await keeper.stop()


async def test_process_that_starts_on_another_database_knows_its_lists_only(db, operator_id):
    taxonomy.use(
        [taxonomy.Entry("city", "tehran", "", "دیگری", "", True, None, 1, None, 1)]  # type: ignore[arg-type]
    )
    assert taxonomy.city("tehran").display == "دیگری"

    await taxonomy.refresh(db)

    assert taxonomy.city("tehran").display == "تهران"
