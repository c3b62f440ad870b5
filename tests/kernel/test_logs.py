import asyncio
import json
import logging
import subprocess
import sys
import timeit
from collections.abc import Iterator
from pathlib import Path

import pytest

from dalan.kernel import logs
from dalan.kernel.access_log import LINES_MAX


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "log"
    logs.setup("info", str(path))
    yield path
    logs.setup()
    for handler in logging.getLogger().handlers[:]:
        if type(handler).__module__ == logs.__name__:
            logging.getLogger().removeHandler(handler)


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_event_is_one_line_of_json_with_its_fields(log_file: Path) -> None:
    logs.get("posts").info("post published", post_id=7, city="تهران")

    (line,) = lines_of(log_file)
    assert line.pop("at")
    assert line == {
        "level": "info",
        "logger": "posts",
        "event": "post published",
        "post_id": 7,
        "city": "تهران",
    }


def test_event_carries_the_request_it_belongs_to(log_file: Path) -> None:
    held = logs.request_id.set("req-12345678")
    logs.get("posts").warning("slow")
    logs.request_id.reset(held)

    assert lines_of(log_file)[0]["request_id"] == "req-12345678"


def test_event_below_the_level_is_not_written(log_file: Path) -> None:
    logs.get("posts").debug("details")

    assert log_file.read_bytes() == b""


def test_exception_is_written_with_where_it_happened_and_without_secrets(log_file: Path) -> None:
    try:
        raise ValueError("no user 09121234567")
    except ValueError:
        logs.get("posts").exception("failed", authorization="key")

    (line,) = lines_of(log_file)
    assert line["level"] == "error"
    assert line["authorization"] == "[hidden]"
    assert "ValueError: no user [phone]" in str(line["exception"])
    assert "09121234567" not in log_file.read_text()


def test_fields_of_any_kind_and_name_can_be_written(log_file: Path) -> None:
    logs.get("posts").info("odd", at="x", level=object(), value={1, 2}, self_made=Path("/x"))

    (line,) = lines_of(log_file)
    assert line["level"] == "info"
    assert line["value"] == [1, 2]
    assert line["self_made"] == "/x"


def test_what_libraries_log_is_written_the_same_way(log_file: Path) -> None:
    logging.getLogger("some.library").warning("gave %s up", "09121234567")
    logging.getLogger("some.library").info("chatter")

    (line,) = lines_of(log_file)
    assert (line["logger"], line["event"]) == ("some.library", "gave [phone] up")


def test_log_without_setup_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    logs.get("posts").info("hello")

    assert json.loads(capsys.readouterr().out)["event"] == "hello"


def test_log_that_writes_nothing_needs_no_structlog() -> None:
    program = (
        "import sys; from dalan.kernel import logs; logs.setup('warning');"
        "logs.get('x').info('y'); logs.access_log();"
        "assert 'structlog' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


# Access log


async def test_access_lines_are_written_together_after_a_moment() -> None:
    written: list[bytes] = []
    log = logs.AccessLog(written.append)

    log.append("id-1", "GET", "kenar", "/finder/post/{token}", 200, 0.000123, 512, "app")
    log.append("id-2", "POST", "kenar", "/addons", 404, 0.5)
    assert written == []
    async with asyncio.timeout(20):
        while not written:
            await asyncio.sleep(0.02)

    (batch,) = written
    first, second = map(json.loads, batch.splitlines())
    assert first.pop("at")
    assert first == {
        "request_id": "id-1",
        "method": "GET",
        "surface": "kenar",
        "route": "/finder/post/{token}",
        "status": 200,
        "duration_us": 123,
        "answer_bytes": 512,
        "app": "app",
    }
    assert second["status"] == 404
    log.close()


async def test_access_lines_are_written_at_once_when_there_are_many() -> None:
    written: list[bytes] = []
    log = logs.AccessLog(written.append)

    for _ in range(LINES_MAX + 1):
        log.append("id", "GET", "web", "/", 200, 0.001)
    log.close()

    assert [batch.count(b"\n") for batch in written] == [LINES_MAX, 1]


async def test_access_log_outlives_a_sink_that_fails() -> None:
    def full(_: bytes) -> None:
        raise OSError("no space left")

    log = logs.AccessLog(full)

    log.append("id", "GET", "web", "/", 200, 0.001)
    log.close()


def test_access_lines_left_at_the_end_of_the_process_are_written(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys; from dalan.kernel import logs\n"
        "async def main():\n"
        f"    logs.setup('info', {str(tmp_path / 'log')!r})\n"
        "    logs.access_log().append('id-of-last', 'GET', 'web', '/', 200, 0.1)\n"
        "asyncio.run(main())"
    )

    subprocess.run([sys.executable, "-c", program], check=True)

    assert lines_of(tmp_path / "log")[0]["request_id"] == "id-of-last"


async def test_access_line_is_cheap() -> None:
    log = logs.AccessLog(len)

    def append() -> None:
        log.append("id-1234567890123", "GET", "kenar", "/finder/post/{token}", 200, 0.001)

    best = min(timeit.repeat(append, number=5_000, repeat=5)) / 5_000
    log.close()

    # Two or three microseconds are meant; this only catches a change of order.
    assert best < 25e-6
