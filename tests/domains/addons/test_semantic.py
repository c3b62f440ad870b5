"""What is kept plain, what is hashed, and what is refused."""

import hashlib

import pytest

from dalan.domains import addons
from dalan.domains.addons import semantic
from tests.factories.developers import KEYS

VIN_SHA256 = hashlib.sha256(b"IRJC95R23KJ039206").hexdigest()

REPORT = [
    {
        "group_info_row": {
            "items": [{"title": "سال", "value": "۱۳۹۸"}, {"title": "کارکرد", "value": "۸۰"}]
        },
        "semantic_paths": {"summary": "items"},
    },
    {
        "score_row": {
            "percentage_score": 0,
            "action": {"open_direct_link": "https://app.example/1"},
        },
        "semantic_paths": {
            "score": "percentage_score",
            "map": "action.open_direct_link",
            "face": "icon_name",
        },
    },
]


def test_read_semantic_paths_copies_the_values_plain():
    read = addons.read_submission({"widgets": REPORT})

    assert read.semantic == {
        "summary": [{"title": "سال", "value": "۱۳۹۸"}, {"title": "کارکرد", "value": "۸۰"}],
        "score": 0,
        "map": "https://app.example/1",
    }
    assert read.semantic_secret == {}


@pytest.mark.parametrize(
    "path",
    ["", "nothing", "items.title", "items[0]", "items.0.title", "action", "score_row.title"],
)
def test_read_semantic_path_that_leads_nowhere_is_refused(path):
    widget = {"group_info_row": {"items": [{}, {}]}, "semantic_paths": {"key": path}}

    with pytest.raises(addons.InvalidAddon, match=r"^widgets\[0\]\.semantic_paths\.key: there is"):
        addons.read_submission({"widgets": [widget]})


def test_read_semantic_path_into_an_apps_own_data_is_followed():
    widget = {
        "button_bar": {"action": {"open_server_link": {"data": {"order": {"id": "7"}}}}},
        "semantic_paths": {
            "order": "action.open_server_link.data.order.id",
            "other": "action.open_server_link.data.nothing",
            "page": "action.open_post_page.post_token",
        },
    }

    assert addons.read_submission({"widgets": [widget]}).semantic == {"order": "7"}


def test_read_semantic_keeps_published_values_plain_and_the_rest_secret():
    read = addons.read_submission(
        {
            "semantic": {
                "inspection_result": "INSPECTION_APPROVED",
                "post_verifcation_result": "POST_INFORMATION_MATCHED",
                "status": "UNHEARD_OF",
                "internal_ref": "A-17",
                "VIN": VIN_SHA256,
                "nothing": None,
            }
        }
    )

    assert read.semantic == {
        "inspection_result": "INSPECTION_APPROVED",
        "post_verification_result": "POST_INFORMATION_MATCHED",
    }
    assert read.semantic_secret == {
        "status": "UNHEARD_OF",
        "internal_ref": "A-17",
        "VIN": VIN_SHA256,
    }
    assert semantic.tags(read.semantic) == ["POST_VERIFIED", "EXPERT_INSPECTED"]


def test_read_old_semantic_hashes_what_the_app_names():
    body = {
        "semantic": {"year": "1398", "phone": "09120000000", "VIN": VIN_SHA256},
        "semantic_sensitives": ["phone"],
    }

    read = addons.read_submission(body, generation=1)

    assert read.semantic == {"year": "1398"}
    assert read.semantic_secret == {"phone": "09120000000", "VIN": VIN_SHA256}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"VIN": "IRJC95R23KJ039206"}, "semantic.VIN: must be the SHA-256"),
        ({"chassis_number": VIN_SHA256.upper()}, "semantic.chassis_number: must be the SHA-256"),
        ({"a": 1}, "semantic.a: must be a string"),
        ({"a": "\0"}, "semantic.a: may not hold a NUL"),
        ({"a": "x" * 2_001}, "semantic.a: at most 2000 characters"),
        ({"": "x"}, "semantic: keys are 1 to 100"),
        ({str(number): "x" for number in range(51)}, "semantic: at most 50 keys"),
        ([], "semantic: must be an object"),
    ],
)
def test_read_wrong_semantic_is_refused(given, rule):
    with pytest.raises(addons.InvalidAddon) as refused:
        addons.read_submission({"semantic": given})

    assert str(refused.value).startswith(rule)


def test_hash_is_the_same_for_equal_values_and_says_nothing():
    first = semantic.hashed({"VIN": VIN_SHA256}, KEYS)

    assert first == semantic.hashed({"VIN": VIN_SHA256}, KEYS)
    assert VIN_SHA256 not in first["VIN"]
    assert first["VIN"] != semantic.hashed({"engine_number": VIN_SHA256}, KEYS)["engine_number"]
