"""Structured logs: one JSON object a line, nothing secret or personal in it.

``log = logs.get("room")`` anywhere, then ``log.info("what happened", post_id=…)``. Requests
themselves are written by ``AccessLog``; see there.
"""

import logging
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import IO, Any, Literal, cast

import msgspec

from dalan.kernel.access_log import AccessLine, AccessLog
from dalan.kernel.scrubbing import scrub, scrub_text

__all__ = ["AccessLine", "AccessLog", "Log", "access_log", "get", "request_id", "scrub", "setup"]

Level = Literal["debug", "info", "warning", "error"]

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Which request this is about; surfaces set it, every event carries it."""

_LEVELS: dict[str, int] = {"debug": 10, "info": 20, "warning": 30, "error": 40}

_level = _LEVELS["info"]
_stream: IO[bytes] | None = None
_root: Any = None


class Log:
    """Writes events under one name. Fields are plain data; they are scrubbed before writing.

    structlog is imported with the first event that is serious enough to be written.
    """

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, event: str, **fields: Any) -> None:
        """For whoever looks for a fault."""
        self._write("debug", event, fields)

    def info(self, event: str, **fields: Any) -> None:
        """What an operator likes to have seen."""
        self._write("info", event, fields)

    def warning(self, event: str, **fields: Any) -> None:
        """Something an operator should look at soon."""
        self._write("warning", event, fields)

    def error(self, event: str, **fields: Any) -> None:
        """Something is broken. ``exc_info=True`` adds where."""
        self._write("error", event, fields)

    def exception(self, event: str, **fields: Any) -> None:
        """``error`` with the exception being handled."""
        self._write("error", event, {"exc_info": True, **fields})

    def _write(self, level: str, event: str, fields: dict[str, Any]) -> None:
        if _LEVELS[level] >= _level:
            getattr(_root or _opened(), level)(event, logger=self._name, **fields)


def get(name: str) -> Log:
    """A log called ``name``; cheap, for module level."""
    return Log(name)


def setup(level: Level = "info", file: str = "") -> None:
    """Choose what is written and where: appended to ``file``, or standard output.

    What other libraries log through ``logging`` is written the same way, warnings and up.
    """
    global _level, _stream, _root  # noqa: PLW0603 (logs are the process's)
    _level = _LEVELS[level]
    if _stream is not None:
        _stream.close()
    _stream = open(file, "ab", buffering=0) if file else None  # noqa: SIM115 (open while we run)
    _root = None
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _LibraryHandler):
            root.removeHandler(handler)
    root.addHandler(_LibraryHandler(max(_level, logging.WARNING)))


def access_log() -> AccessLog:
    """An access log that writes where ``setup`` said."""
    return AccessLog(_write_bytes)


class _LibraryHandler(logging.Handler):
    """Hands what libraries log to ours."""

    def emit(self, record: logging.LogRecord) -> None:
        level = "error" if record.levelno >= logging.ERROR else "warning"
        Log(record.name)._write(level, record.getMessage(), {"exc_info": record.exc_info})


class _Lines:
    """The file structlog writes to: looked up each time, so that ``setup`` may come later."""

    def msg(self, line: bytes) -> None:
        _write_bytes(line + b"\n")

    debug = info = warning = error = msg


def _write_bytes(data: bytes) -> None:
    stream = _stream or getattr(sys.stdout, "buffer", None)
    if stream is None:
        # A test's or a notebook's stand-in for standard output takes text only.
        sys.stdout.write(data.decode())
        return
    stream.write(data)
    stream.flush()


def _opened() -> Any:
    import structlog  # noqa: PLC0415 (takes as long as all our own modules together)

    global _root  # noqa: PLW0603 (logs are the process's)
    _root = structlog.wrap_logger(
        _Lines(),
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _finish,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        context_class=dict,
        cache_logger_on_first_use=False,
    )
    return _root


def _finish(_: Any, __: str, event: MutableMapping[str, Any]) -> bytes:
    """The last processor: our own members first, the rest scrubbed."""
    line = {
        "at": event.pop("at"),
        "level": event.pop("level"),
        "logger": event.pop("logger"),
        "event": scrub_text(str(event.pop("event"))),
    }
    if about := request_id.get():
        line["request_id"] = about
    fields = cast("dict[str, Any]", scrub(event))
    return msgspec.json.encode({**fields, **line} if line.keys() & fields.keys() else line | fields)
