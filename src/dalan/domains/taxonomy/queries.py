"""The room's only statements."""

from sqlalchemy import literal, select
from sqlalchemy import update as sql_update

from dalan.domains.taxonomy.tables import Entry, taxonomy_edition, taxonomy_entry
from dalan.kernel.db import Id, statement, upsert

entries = statement(
    select(taxonomy_entry).order_by(
        taxonomy_entry.c.list, taxonomy_entry.c.edition, taxonomy_entry.c.slug
    ),
    into=Entry,
)
"""Everything operators said, in the order it is applied."""

edition = statement(select(taxonomy_edition.c.number).where(taxonomy_edition.c.id == 1))
"""How often the lists were changed; no row: never."""

begin_editions = statement(
    upsert(taxonomy_edition, key=["id"]),
    sets=["id", "number"],
)
"""The row that counts editions, unless it is there."""

next_edition = statement(
    sql_update(taxonomy_edition)
    .where(taxonomy_edition.c.id == literal(1, Id))
    .values(number=taxonomy_edition.c.number + 1)
    .returning(taxonomy_edition.c.number)
)
"""The number of the edition that is being made; held until the unit of work ends."""

put_entry = statement(
    upsert(
        taxonomy_entry,
        key=["list", "slug"],
        update=["title", "title_en", "retired_at", "changed_at", "changed_by_id"],
        returning=list(taxonomy_entry.c),
    ),
    sets=[column.name for column in taxonomy_entry.c],
    into=Entry,
)
"""An entry as it is from now on; what it belongs to and where it stands stay as they were."""
