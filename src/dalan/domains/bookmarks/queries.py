"""The room's only statements."""

from sqlalchemy import Boolean, Integer, bindparam, delete, func, insert, select, text, update

from dalan.domains.bookmarks.tables import (
    UNTOLD,
    Bookmark,
    SavedSearch,
    bookmark,
    saved_search,
    saved_search_match,
)
from dalan.kernel.db import Id, UtcTime, in_list, statement, upsert

add_bookmark = statement(
    upsert(bookmark, key=["person_id", "post_id"], returning=[bookmark.c.post_id]),
    sets=["person_id", "post_id", "note", "created_at"],
)
"""Keep a post; no row when it is kept already."""

drop_bookmark = statement(
    delete(bookmark).where(
        bookmark.c.person_id == bindparam("person_id", type_=Id),
        bookmark.c.post_id == bindparam("post_id", type_=Id),
    )
)
"""Keep a post no longer."""

set_note = statement(
    update(bookmark).where(
        bookmark.c.person_id == bindparam("of_person_id", type_=Id),
        bookmark.c.post_id == bindparam("of_post_id", type_=Id),
    ),
    sets=["note"],
)
"""Write something beside a kept post."""

bookmarks_of = statement(
    select(bookmark)
    .where(bookmark.c.person_id == bindparam("person_id", type_=Id))
    .order_by(bookmark.c.created_at.desc(), bookmark.c.post_id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=Bookmark,
)
"""What somebody keeps, newest first."""

count_bookmarks = statement(
    select(func.count()).where(bookmark.c.person_id == bindparam("person_id", type_=Id))
)
"""How many posts somebody keeps."""

kept_among = statement(
    select(bookmark.c.post_id).where(
        bookmark.c.person_id == bindparam("person_id", type_=Id), in_list(bookmark.c.post_id, "ids")
    )
)
"""Which of these posts somebody keeps."""

forget_bookmarks = statement(
    delete(bookmark).where(bookmark.c.person_id == bindparam("person_id", type_=Id))
)
"""Everything somebody keeps."""

add_search = statement(
    insert(saved_search).returning(saved_search.c.id),
    sets=[column.name for column in saved_search.c if column.name != "id"],
)
"""Save a search; its id."""

search_at = statement(
    select(saved_search).where(
        saved_search.c.person_id == bindparam("person_id", type_=Id),
        saved_search.c.address == bindparam("address"),
    ),
    into=SavedSearch,
)
"""Somebody's saved search with that address."""

search_of = statement(
    select(saved_search).where(
        saved_search.c.person_id == bindparam("person_id", type_=Id),
        saved_search.c.id == bindparam("search_id", type_=Id),
    ),
    into=SavedSearch,
)
"""Somebody's saved search of that number."""

searches_of = statement(
    select(saved_search)
    .where(saved_search.c.person_id == bindparam("person_id", type_=Id))
    .order_by(saved_search.c.id.desc())
    .limit(bindparam("count", type_=Integer)),
    into=SavedSearch,
)
"""Somebody's saved searches, newest first."""

count_searches = statement(
    select(func.count()).where(saved_search.c.person_id == bindparam("person_id", type_=Id))
)
"""How many searches somebody saved."""

set_search = statement(
    update(saved_search)
    .where(
        saved_search.c.person_id == bindparam("of_person_id", type_=Id),
        saved_search.c.id == bindparam("search_id", type_=Id),
    )
    .values(active=bindparam("is_active", type_=Boolean), untold_count=0),
)
"""Switch a search on or off; what was found meanwhile is not told afterwards."""

see_search = statement(
    update(saved_search)
    .where(
        saved_search.c.person_id == bindparam("of_person_id", type_=Id),
        saved_search.c.id == bindparam("search_id", type_=Id),
    )
    .values(unseen_count=0, untold_count=0),
)
"""Its person has looked."""

drop_search = statement(
    delete(saved_search).where(
        saved_search.c.person_id == bindparam("person_id", type_=Id),
        saved_search.c.id == bindparam("search_id", type_=Id),
    )
)
"""One saved search less."""

forget_searches = statement(
    delete(saved_search).where(saved_search.c.person_id == bindparam("person_id", type_=Id))
)
"""Everything somebody saved."""

searches_for = statement(
    select(saved_search)
    .where(
        text("active IS TRUE"),
        in_list(saved_search.c.city, "cities"),
        in_list(saved_search.c.category, "categories"),
        saved_search.c.id > bindparam("after_id", type_=Id),
    )
    .order_by(saved_search.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=SavedSearch,
)
"""Searches that may want a post of that place and category, a batch after another."""

add_match = statement(
    upsert(
        saved_search_match,
        key=["search_id", "post_id"],
        returning=[saved_search_match.c.search_id],
    ),
    sets=["search_id", "post_id", "matched_at"],
)
"""Found for a search; no row when it was before."""

count_match = statement(
    update(saved_search)
    .where(saved_search.c.id == bindparam("search_id", type_=Id))
    .values(
        unseen_count=saved_search.c.unseen_count + 1, untold_count=saved_search.c.untold_count + 1
    ),
)
"""One match more that nobody has seen."""

untold = statement(
    select(saved_search)
    .where(
        text(UNTOLD),
        saved_search.c.told_at.is_(None)
        | (saved_search.c.told_at <= bindparam("before", type_=UtcTime)),
    )
    .order_by(saved_search.c.told_at.nulls_first(), saved_search.c.id)
    .limit(bindparam("count", type_=Integer)),
    into=SavedSearch,
)
"""Searches with matches to tell of, of which nothing was told since then; first those that
waited longest."""

mark_told = statement(
    update(saved_search)
    .where(saved_search.c.id == bindparam("search_id", type_=Id))
    .values(untold_count=0),
    sets=["told_at"],
)
"""Its matches were told."""

purge_matches = statement(
    delete(saved_search_match).where(
        saved_search_match.c.matched_at < bindparam("before", type_=UtcTime)
    )
)
"""What was found before then."""
