"""Files of six shapes and five shorteners, read into rows; and what no file may do to us."""

import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from dalan.domains.links.imports import (
    IMPORT_BYTES_MAX,
    ImportRow,
    ImportSource,
    UnreadableImport,
    read_import,
    reading,
)

OURS = """hash,target,title,tags,active,created_at,expires_at,visit_limit,clicks
sale,https://shop.example/sale,فروش,"الف,ب",true,2025-01-02T03:04:05+00:00,,100,7
'-minus,https://shop.example/m,'=1+1,,false,,2030-01-01T00:00:00Z,,
"""
BITLY_CSV = """Link,Custom Link,Destination URL,Title,Tags,Created,Total Engagements
https://bit.ly/3abCdEf,https://bit.ly/spring,https://shop.example/spring,Spring,"a,b",2024-03-01T10:00:00+0000,"1,204"
"""
BITLY_JSON = {
    "links": [
        {
            "created_at": "2024-03-01T10:00:00+0000", "id": "bit.ly/3abCdEf",
            "link": "https://bit.ly/3abCdEf", "custom_bitlinks": ["https://go.example/spring"],
            "long_url": "https://shop.example/spring", "title": "Spring", "archived": True,
            "tags": ["a", "b"],
        }
    ],
    "pagination": {"next": ""},
}  # fmt: skip
YOURLS_PLUGIN = "source,target,hits\r\n/ozh/,https://ozh.example/,12\r\n"
YOURLS_JSON = {
    "links": {
        "link_1": {
            "shorturl": "http://sho.rt/ozh", "url": "https://ozh.example/", "title": "Ozh",
            "timestamp": "2019-04-05 06:07:08", "ip": "192.0.2.7", "clicks": "12",
        }
    },
    "stats": {"total_links": "1"},
}  # fmt: skip
YOURLS_XML = """<?xml version="1.0"?><result><links><link_1><shorturl>http://sho.rt/ozh</shorturl>
<url>https://ozh.example/?a=1&amp;b=2</url><title>Ozh &amp; co</title>
<timestamp>2019-04-05 06:07:08</timestamp><ip>192.0.2.7</ip><clicks>12</clicks></link_1></links>
<statusCode>200</statusCode></result>"""
YOURLS_DUMP = r"""-- MySQL dump 10.13, it's ours
/*!40101 SET NAMES utf8mb4 */;
INSERT INTO `yourls_log` VALUES (1,'2019-01-01','ozh','',
'x INSERT INTO `yourls_url` VALUES (''bad'',''https://evil.example/'')','1.2.3.4','IR');
INSERT INTO `yourls_url` VALUES
('ozh','https://ozh.example/','It\'s Ozh, (really)','2019-04-05 06:07:08','192.0.2.7',12),
('null','https://b.example/',NULL,'2019-04-05 06:07:08','192.0.2.7',0);
"""
KUTT = {
    "total": 2, "limit": 10, "skip": 0,
    "data": [
        {
            "address": "spring", "banned": False, "created_at": "2024-03-01T10:00:00.000Z",
            "id": "5a1c8d0e-3a0e-4f0a-8c53-0d1c1a6f5a10", "link": "https://kutt.example/spring",
            "password": True, "target": "https://shop.example/spring", "domain": None,
            "description": "Spring sale", "expire_in": "2030-01-01T00:00:00.000Z",
            "visit_count": 42,
        },
        {"address": "bad", "banned": True, "target": "https://evil.example/", "visit_count": 1},
    ],
}  # fmt: skip
SHLINK_CSV = """createdAt,domain,shortCode,shortUrl,longUrl,title,tags,visits
2024-03-01T10:00:00+00:00,s.test,spring,https://s.test/spring,https://shop.example/spring,Spring,a|b,42
"""
SHLINK_IMPORT_CSV = "Long URL;Tags;Domain;Short code;Title\nhttps://shop.example/;a|b;;spring;\n"
SHLINK_JSON = {
    "shortUrls": {
        "data": [
            {
                "shortCode": "spring", "shortUrl": "https://s.test/spring",
                "longUrl": "https://shop.example/spring",
                "dateCreated": "2024-03-01T13:30:00+03:30",
                "visitsSummary": {"total": 42, "nonBots": 40, "bots": 2}, "tags": ["a", "b"],
                "meta": {"validSince": "2024-03-02T00:00:00+00:00", "validUntil": None,
                         "maxVisits": 100},
                "domain": None, "title": "Spring", "crawlable": False, "forwardQuery": True,
            }
        ],
        "pagination": {"currentPage": 1, "pagesCount": 1},
    }
}  # fmt: skip
MARCH = datetime(2024, 3, 1, 10, tzinfo=UTC)
APRIL = datetime(2019, 4, 5, 6, 7, 8, tzinfo=UTC)


def rows(content: str | bytes | Any, source: ImportSource | None = None) -> list[ImportRow]:
    if isinstance(content, str):
        content = content.encode()
    if not isinstance(content, bytes):
        content = msgspec.json.encode(content)
    return read_import(content, source).rows


def test_our_own_export_is_read_back():
    sale, minus = rows(OURS)

    assert (sale.hash, sale.target, sale.title) == ("sale", "https://shop.example/sale", "فروش")
    assert (sale.tags, sale.active, sale.visit_limit, sale.clicks) == ("الف,ب", True, 100, 7)
    assert sale.created_at == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (minus.hash, minus.title, minus.active) == ("-minus", "=1+1", False)
    assert minus.expires_at == datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("content", "host"), [(BITLY_CSV, "bit.ly"), (BITLY_JSON, "go.example")])
def test_bitly_gives_a_row_for_each_of_a_links_addresses(content: Any, host: str):
    drawn, custom = rows(content)

    assert (drawn.host, drawn.hash, custom.host, custom.hash) == (
        "bit.ly", "3abCdEf", host, "spring",
    )  # fmt: skip
    assert drawn.target == custom.target == "https://shop.example/spring"
    assert (drawn.title, drawn.tags, drawn.created_at) == ("Spring", "a,b", MARCH)
    assert drawn.number == custom.number == 1


def test_bitlys_counts_and_archive_are_kept():
    assert rows(BITLY_CSV)[0].clicks == 1_204
    assert [one.active for one in rows(BITLY_JSON)] == [False, False]


@pytest.mark.parametrize("content", [YOURLS_PLUGIN, YOURLS_JSON, YOURLS_XML, YOURLS_DUMP])
def test_yourls_is_read_in_every_form_it_comes_in(content: Any):
    found = read_import(
        content.encode() if isinstance(content, str) else msgspec.json.encode(content)
    )

    first = found.rows[0]
    assert found.source == "yourls"
    assert (first.hash, first.clicks, first.lost) == ("ozh", 12, ())
    assert first.target.startswith("https://ozh.example/")
    assert first.created_at == (None if content is YOURLS_PLUGIN else APRIL)
    assert "192.0.2.7" not in repr(found.rows)


def test_dump_gives_the_rows_of_its_table_and_nothing_a_visitor_wrote():
    first, second = rows(YOURLS_DUMP)

    assert first.title == "It's Ozh, (really)"
    assert (second.hash, second.title) == ("null", "")


def test_xmls_entities_are_text_again():
    (one,) = rows(YOURLS_XML)

    assert (one.target, one.title) == ("https://ozh.example/?a=1&b=2", "Ozh & co")


def test_kutts_password_is_lost_and_its_link_not_opened_for_everybody():
    spring, bad = rows(KUTT)

    assert (spring.hash, spring.title, spring.clicks) == ("spring", "Spring sale", 42)
    assert (spring.created_at, spring.expires_at) == (MARCH, datetime(2030, 1, 1, tzinfo=UTC))
    assert (spring.lost, spring.active) == (("password",), False)
    assert bad.problem


@pytest.mark.parametrize("content", [SHLINK_CSV, SHLINK_JSON])
def test_shlink_is_read_from_its_client_and_from_its_api(content: Any):
    (one,) = rows(content)

    assert (one.hash, one.host, one.target) == ("spring", "s.test", "https://shop.example/spring")
    assert (one.tags, one.clicks, one.title) == ("a,b", 42, "Spring")
    assert one.created_at == MARCH


def test_shlinks_terms_are_kept():
    (one,) = rows(SHLINK_JSON)

    assert (one.visit_limit, one.forward_query) == (100, True)
    assert one.valid_from == datetime(2024, 3, 2, tzinfo=UTC)


def test_table_for_shlinks_own_import_is_read():
    (one,) = rows(SHLINK_IMPORT_CSV)

    assert (one.hash, one.target, one.tags) == ("spring", "https://shop.example/", "a,b")


@pytest.mark.parametrize(
    "content",
    [
        "url\nhttps://a.example/\n",
        "url,alias\nhttps://a.example/,x\n",
        '[{"url":"https://a.example/"}]',
        '{"url":"https://a.example/"}\n{"url":"https://b.example/"}\n',
        "\ufeffTarget\thash\nhttps://a.example/\tx\n",
    ],
)
def test_plainest_lists_are_read(content: str):
    assert rows(content)[0].target == "https://a.example/"
    assert rows(content.encode("utf-16"))[0].target == "https://a.example/"


@pytest.mark.parametrize(
    "content",
    [
        "", "   ", "hello", "a,b\n1,2\n", "[]", "[[[[[[[[1]]]]]]]]", "{}", '{"links":{}}', "[1,2]",
        '<?xml version="1.0" encoding="foo"?><a/>', '<?xml version="1.0" encoding="gbk"?><a/>',
        "<a/>", "<a", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "-- nothing\n", "[" * 100_000,
        "INSERT INTO yourls_url VALUES (1", "INSERT INTO yourls_url VALUES ('a", "url\n", "{" * 9,
    ],
)  # fmt: skip
def test_what_is_no_file_of_links_is_refused(content: str):
    with pytest.raises(UnreadableImport):
        rows(content)


@pytest.mark.parametrize("depth", [8, 50, 900])
def test_value_nested_deeply_is_no_reason_to_refuse_the_others(depth: int):
    nested = "[" * depth + "1" + "]" * depth
    good = '{"url":"https://a.example/"}'

    bad, one = rows(f'[{{"url":"https://b.example/","x":{nested}}},{good}]')

    assert (bool(bad.problem), one.problem) == (True, "")


def test_xml_is_read_whatever_it_says_it_is_written_in():
    (one,) = rows(YOURLS_XML.replace('"1.0"', '"1.0" encoding="utf-16"'))

    assert one.hash == "ozh"


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnreadableImport):
        rows(b"url\n\xff\xfe\xff")


def test_named_source_must_fit_the_file():
    with pytest.raises(UnreadableImport):
        rows(BITLY_CSV, "kutt")

    assert rows("url,shorturl\nhttps://a.example/,x\n", "dalan")[0].target == "https://a.example/"


def test_bounds_are_kept(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(UnreadableImport):
        rows(b"url\n" + b"x" * IMPORT_BYTES_MAX)

    monkeypatch.setattr(reading, "IMPORT_ROWS_MAX", 10)

    assert len(rows("url\n" + "https://a.example/\n" * 10)) == 10
    with pytest.raises(UnreadableImport):
        rows("url\n" + "https://a.example/\n" * 11)


def test_bad_values_spoil_their_row_alone():
    found = rows(
        [
            {"url": "https://a.example/", "hash": "a\0b"},
            {"url": 7, "created_at": "01/02/2024", "clicks": 10**30, "hash": ["x"]},
            {"url": None, "tags": {"a": 1}},
            {"url": "https://d.example/", "clicks": "-1", "expires_at": "99999-01-01"},
        ]
    )

    assert found[0].problem
    assert (found[1].target, found[1].hash, found[1].lost) == ("7", "", ("created_at", "clicks"))
    assert (found[2].target, found[2].tags) == ("", "")
    assert found[3].lost == ("expires_at", "clicks")


@pytest.mark.parametrize(
    "content",
    [
        "-- x\n" + "/*" * 100_000,
        "-- x\n" + "'" * 199_999,
        "-- x\n" + "INSERT INTO " * 20_000,
        "-- x\n" + "'\\" * 100_000,
        "<a>" * 50_000,
        '{"links":' * 20_000,
        "url\n" + '"' * 299_999,
    ],
)
def test_files_made_to_keep_us_busy_do_not(content: str):
    began = time.process_time()

    with pytest.raises(UnreadableImport):
        rows(content)

    assert time.process_time() - began < 30
