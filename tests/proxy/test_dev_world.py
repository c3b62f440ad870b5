"""The proxy leads to a dev world that runs, and to nothing that merely stands at its address."""

from pathlib import Path

import pytest

from dalan.proxy import LEFT_BY_DEV, DevWorld, Refusal
from tests.proxy.test_server import closed_port, serving


def answering(status: bytes):
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    return answer


async def reason_of(world: DevWorld) -> str:
    with pytest.raises(Refusal) as refused:
        await world()
    assert refused.value.status == 502
    return refused.value.reason


async def test_world_that_left_no_address_does_not_run(tmp_path: Path):
    assert await reason_of(DevWorld(tmp_path)) == "No dev world runs"


async def test_world_that_came_back_elsewhere_is_found(tmp_path: Path):
    world = DevWorld(tmp_path)
    for _ in range(2):
        async with serving(answering(b"200 OK")) as port:
            (tmp_path / LEFT_BY_DEV).write_text(f"http://127.0.0.1:{port}\n")

            assert await world() == ("127.0.0.1", port)


async def test_address_left_by_a_crash_does_not_answer(tmp_path: Path):
    with closed_port() as nobody:
        (tmp_path / LEFT_BY_DEV).write_text(f"http://127.0.0.1:{nobody}\n")

        assert await reason_of(DevWorld(tmp_path)) == "Dalan does not answer"


async def test_real_world_that_came_where_a_dev_world_was_killed_is_none(tmp_path: Path):
    statuses = iter([b"200 OK", b"404 Not Found"])

    async def answer(reader, writer):
        await answering(next(statuses))(reader, writer)

    world = DevWorld(tmp_path, believed_seconds=0)
    async with serving(answer) as port:
        (tmp_path / LEFT_BY_DEV).write_text(f"http://127.0.0.1:{port}\n")
        assert await world() == ("127.0.0.1", port)

        assert await reason_of(world) == "Not a dev world"


@pytest.mark.parametrize("status", [b"404 Not Found", b"403 Forbidden", b"303 See Other"])
async def test_something_else_at_the_address_is_no_dev_world(tmp_path: Path, status: bytes):
    async with serving(answering(status)) as port:
        (tmp_path / LEFT_BY_DEV).write_text(f"http://127.0.0.1:{port}\n")

        assert await reason_of(DevWorld(tmp_path)) == "Not a dev world"


@pytest.mark.parametrize("left", ["", "nonsense", "http://", "http://[x", "http://h:port"])
async def test_address_that_cannot_be_read_is_none(tmp_path: Path, left: str):
    (tmp_path / LEFT_BY_DEV).write_text(left)

    assert await reason_of(DevWorld(tmp_path)) == "No dev world runs"
