import os
import re

import pytest

from dalan.kernel import request_ids


def test_new_ids_are_short_and_never_the_same() -> None:
    ids = [request_ids.new() for _ in range(1_000)]

    assert len(set(ids)) == 1_000
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids)


def test_new_id_in_a_forked_process_is_not_one_of_its_parent() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, request_ids.new().encode())
        os._exit(0)
    os.waitpid(child, 0)
    theirs = os.read(reader, 100).decode()
    os.close(reader)
    os.close(writer)

    assert theirs[:8] != request_ids.new()[:8]


@pytest.mark.parametrize("given", ["abcdefgh", "A.b_c-1234", "x" * 64])
def test_id_of_the_caller_is_accepted(given: str) -> None:
    assert request_ids.accepted(given) == given


@pytest.mark.parametrize(
    "given", [None, "", "short", "x" * 65, "with space", "line\nbreak1", "abcdefgh\n", "شناسه‌من۱"]
)
def test_id_of_the_caller_that_could_do_harm_is_replaced(given: str | None) -> None:
    assert request_ids.accepted(given) != given
    assert re.fullmatch(r"[0-9a-f]{16}", request_ids.accepted(given))
