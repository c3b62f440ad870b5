"""What stands behind the slash: drawn, chosen, folded, refused."""

import re

import pytest

from dalan.domains.links import HashTooLong, InvalidLink, hashes
from dalan.kernel import randomness


def test_drawn_hash_has_seven_letters_and_digits_and_eight_where_it_is_crowded():
    for _ in range(50):
        assert re.fullmatch("[A-Za-z0-9]{7}", hashes.drawn())
        assert re.fullmatch("[A-Za-z0-9]{8}", hashes.drawn(crowded=True))


def test_drawn_hash_spells_no_blocked_word():
    texts = iter(["xxShiTx", "clean77"])

    def source(count: int) -> bytes:
        wanted = next(texts)
        return bytes(hashes.ALPHABET.index(one) for one in wanted).ljust(count, b"\xff")

    with randomness.installed(source):
        assert hashes.drawn() == "clean77"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("علی", "علي"),
        ("علی", "على"),
        ("کتاب", "كتاب"),
        ("تست۱۲", "تست12"),
        ("تست٣", "تست3"),
        ("می\u200cروم", "میروم"),
        ("سلام", "سـلام"),
        ("کُتِب", "کتب"),
        ("آب", "ا\u0653ب"),
        ("ａｂ", "ab"),
    ],
)
def test_hashes_that_look_the_same_fold_to_the_same(one, other):
    assert hashes.folded_hash(one) == hashes.folded_hash(other)


def test_latin_letters_stay_case_sensitive_and_folding_again_changes_nothing():
    assert hashes.folded_hash("AbC") != hashes.folded_hash("abc")
    for text in ("علي", "سـلام", "ａｂ", "می\u200cروم", "👨\u200d👩\u200d👧", "é", "ﷲ"):
        folded = hashes.folded_hash(text)
        assert hashes.folded_hash(folded) == folded


@pytest.mark.parametrize(
    "text", ["FanapIntro", "تست", "a.b", "a+b", "سلام-دنیا", "😀", "می\u200cروم"]
)
def test_chosen_hash_is_kept_as_it_was_spelled(text):
    assert hashes.chosen(text) == text


def test_chosen_hash_is_kept_composed():
    assert hashes.chosen("ا\u0653ب") == "آب"


@pytest.mark.parametrize(
    "text",
    [
        "a/b", "a b", "a\tb", "a\u00a0b", "a\u2028b", "a\x00b", "a\u202eb", "a\u2066b", "a\u00adb",
        *(f"a{sign}b" for sign in '\\?#%"<>^{}|`'),
        ".", "..", ".a", "a.", "a+", "api", "API", "ａｐｉ", "srv", ".well-known", "robots.txt",
        "\u200c", "\u0640", "\u064e", "\ud800",
    ],
)  # fmt: skip
def test_hash_that_may_not_be_is_refused(text):
    with pytest.raises(InvalidLink) as refusal:
        hashes.chosen(text)

    assert refusal.value.field == "hash"


def test_chosen_hash_may_have_sixty_four_characters():
    assert hashes.chosen("س" * 64)
    for length in (65, 5_000):
        with pytest.raises(HashTooLong):
            hashes.chosen("س" * length)


def test_hash_of_signs_that_fold_to_many_letters_each_is_too_long_to_be_found():
    assert hashes.chosen("\ufdfa" * 14)
    with pytest.raises(HashTooLong):
        hashes.chosen("\ufdfa" * 15)
