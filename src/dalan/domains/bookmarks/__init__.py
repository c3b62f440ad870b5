"""What people keep for later: favourite posts, and searches they want to hear of.

The room owns favourites with their private notes, saved searches, and which post was found for
which; it hears of new posts as facts, and tells people through notices.
"""

from dalan.domains.bookmarks.errors import (
    InvalidNote,
    InvalidSearch,
    TooManyBookmarks,
    TooManySearches,
    UnknownSearch,
)
from dalan.domains.bookmarks.favourites import (
    BOOKMARKS_MAX,
    NOTE_LENGTH_MAX,
    bookmarks_of,
    keep,
    kept_among,
    let_go,
    write_note,
)
from dalan.domains.bookmarks.searches import (
    ADDRESS_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PLACES_MAX,
    SEARCHES_MAX,
    WORDS_MAX,
    Criteria,
    drop,
    find_matches,
    fits,
    forget,
    listeners,
    purge_matches,
    save,
    search_of,
    searches_of,
    see,
    switch,
    tell_due,
    tokens,
)
from dalan.domains.bookmarks.tables import Bookmark, SavedSearch
from dalan.domains.bookmarks.upcoming import next_due

__all__ = [
    "ADDRESS_LENGTH_MAX",
    "BOOKMARKS_MAX",
    "NAME_LENGTH_MAX",
    "NOTE_LENGTH_MAX",
    "PLACES_MAX",
    "SEARCHES_MAX",
    "WORDS_MAX",
    "Bookmark",
    "Criteria",
    "InvalidNote",
    "InvalidSearch",
    "SavedSearch",
    "TooManyBookmarks",
    "TooManySearches",
    "UnknownSearch",
    "bookmarks_of",
    "drop",
    "find_matches",
    "fits",
    "forget",
    "keep",
    "kept_among",
    "let_go",
    "listeners",
    "next_due",
    "purge_matches",
    "save",
    "search_of",
    "searches_of",
    "see",
    "switch",
    "tell_due",
    "tokens",
    "write_note",
]
