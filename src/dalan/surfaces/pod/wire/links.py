"""Messages of the five operations on links. Source: pod-links.md 4."""

import msgspec


class Added(msgspec.Struct, frozen=True, rename="camel"):
    """46410's result, exactly these four fields."""

    url_or_content: str
    hash: str
    visit_count: int
    shorten_object_kind: str


class LinkVo(msgspec.Struct, frozen=True, rename="camel"):
    """One link of 46412."""

    url_or_content: str
    hash: str
    hash_url: str = msgspec.field(name="hashURL")
    expire_time: int
    create_time: int
    visit_count: int
    is_deleted: bool
    hash_generated_method: str
    shorten_object_kind: str
    tags: str


class Listed(msgspec.Struct, frozen=True, rename="camel"):
    """46412's result."""

    total_count: int
    link_vos: list[LinkVo]


class Named(msgspec.Struct, frozen=True, rename="camel"):
    """Clicks of one referrer, browser, system or city."""

    name: str
    count: int


class Country(msgspec.Struct, frozen=True, rename="camel"):
    """Clicks of one country."""

    name: str
    count: int
    cities: list[Named]


class ClickIntervals(msgspec.Struct, frozen=True, rename="camel"):
    """Two lists side by side: when an interval begins, and its clicks."""

    intervals: list[int]
    clicks_count: list[int]


class Statistics(msgspec.Struct, frozen=True, rename="camel"):
    """46414's result."""

    total_count: int
    create_time: int
    url_or_content: str
    hash_url: str = msgspec.field(name="hashURL")
    is_url: bool = msgspec.field(name="isURL")
    countries: list[Country]
    referers: list[Named]
    browsers: list[Named]
    oses: list[Named]
    click_intervals: ClickIntervals
