from collections import Counter

import pytest

from dalan.kernel import randomness
from dalan.kernel.randomness import SeededRandomness


def test_machine_randomness_never_repeats() -> None:
    assert len({randomness.token_bytes(16) for _ in range(100)}) == 100
    assert len({randomness.uuid4() for _ in range(100)}) == 100


def test_seeded_randomness_with_the_same_seed_gives_the_same_answers() -> None:
    def drawn(seed: bytes) -> list[object]:
        with randomness.installed(SeededRandomness(seed)):
            return [
                randomness.token_bytes(100),
                randomness.token_urlsafe(9),
                randomness.below(1_000_000),
                randomness.choice_text("abc", 20),
                randomness.uuid4(),
            ]

    assert drawn(b"one") == drawn(b"one")
    assert drawn(b"one") != drawn(b"two")


def test_installed_source_is_put_back_after_the_block() -> None:
    with randomness.installed(bytes):
        assert randomness.token_bytes(4) == b"\0\0\0\0"

    assert randomness.token_bytes(16) != bytes(16)


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 255, 256, 257])
def test_below_reaches_every_number_and_no_other(limit: int) -> None:
    with randomness.installed(SeededRandomness(b"seed")):
        drawn = {randomness.below(limit) for _ in range(limit * 20)}

    assert drawn == set(range(limit))


def test_choice_text_has_the_length_asked_for_and_no_favourite() -> None:
    with randomness.installed(SeededRandomness(b"seed")):
        text = randomness.choice_text("0123456789", 20_000)

    counts = Counter(text)
    assert len(text) == 20_000
    assert set(counts) == set("0123456789")
    assert max(counts.values()) < 1.15 * min(counts.values())


def test_token_urlsafe_has_no_padding_and_only_urlsafe_characters() -> None:
    text = randomness.token_urlsafe(32)

    assert len(text) == 43
    assert text.replace("-", "").replace("_", "").isalnum()


def test_uuid4_says_it_is_version_four() -> None:
    assert randomness.uuid4().version == 4
