"""Links in and out by files: ours, and those of other shorteners."""

import asyncio
import hashlib
from collections import Counter
from typing import Final

from dalan.domains import links
from dalan.kernel.db import WriteTransaction
from dalan.surfaces.api import link_wire as wire
from dalan.surfaces.api.answers import JSON, Answer, Stream, stream
from dalan.surfaces.api.call import Call
from dalan.surfaces.api.errors import Error
from dalan.surfaces.api.links import operation, owner_of, question_of
from dalan.surfaces.api.links_shown import short_url
from dalan.surfaces.api.repeats import message_of, once
from dalan.surfaces.operations import body_of

CSV: Final = b"text/csv; charset=utf-8"
_ON_TAKEN: Final[tuple[links.OnTaken, ...]] = ("skip", "draw")


async def import_links(call: Call) -> wire.Imported:
    """Make links of a file, which is the body as it is; again makes none twice.

    Whose file it is (``source``) is found out when it is left out. ``dry_run`` says what would
    become of each row and changes nothing.
    """
    fields = call.fields
    source = fields.word("source", links.IMPORT_SOURCES)
    dry_run = fields.flag("dry_run")
    importing = links.Importing(
        owner=owner_of(call),
        rules=call.services.link_rules,
        on_taken=fields.word("on_taken", _ON_TAKEN) or "skip",
        domain=fields.text("domain", most=253),
    )
    content = await body_of(call.receive, bytes_max=links.IMPORT_BYTES_MAX)
    reading = await asyncio.to_thread(links.read_import, content, source)
    digest = hashlib.sha256(content).digest()
    told: list[links.Outcome] = []
    seen = links.Seen()
    for number, batch in enumerate(links.batches(reading.rows, importing)):
        if dry_run:
            async with call.services.db.read() as look:
                told += await links.preview(look, batch, importing, seen)
            continue

        async def work(tx: WriteTransaction, batch: links.ImportBatch = batch) -> Answer:
            return Answer(await links.bring_in(tx, batch, importing))

        file = await once(call, work, request=digest, part=str(number))
        told += message_of(file, list[links.Outcome])
    counts = Counter(one.result for one in told)
    base_url = call.services.settings.base_url
    return wire.Imported(
        source=reading.source,
        dry_run=dry_run,
        made_count=counts["made"],
        stands_count=counts["stands"],
        taken_count=counts["taken"],
        refused_count=counts["refused"],
        rows=[_row(one, importing.domain, base_url) for one in told],
    )


async def export_links(call: Call) -> Stream:
    """The app's links that fit, as CSV or JSON; an import reads it again."""
    asked, db = question_of(call), call.services.db
    if call.fields.word("format", ("csv", "json")) == "json":
        return await stream(links.export_json(db, asked), content_type=JSON, name="links.json")
    return await stream(links.export_csv(db, asked), content_type=CSV, name="links.csv")


def _row(one: links.Outcome, domain: str, base_url: str) -> wire.ImportRow:
    is_there = one.result in ("made", "stands") and one.hash
    return wire.ImportRow(
        number=one.number,
        result=one.result,
        hash=one.hash,
        target=one.target,
        short_url=short_url(one.hash, domain, base_url=base_url) if is_there else "",
        lost=list(one.lost),
        clicks=one.clicks,
        error=Error(one.code, one.reason) if one.code else None,
    )


_FILE: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_EXPORT: Final = {
    "responses": {
        "200": {
            "description": "The file",
            "content": {"text/csv": {"schema": {"type": "string"}}, "application/json": {}},
        }
    }
}

OPERATIONS: Final = (
    operation(
        "POST", "/link-imports", import_links, wire.Imported, query=wire.ImportQuery,
        takes="stream", extra=_FILE,
    ),
    operation("GET", "/link-exports", export_links, None, query=wire.ExportQuery, extra=_EXPORT),
)  # fmt: skip
