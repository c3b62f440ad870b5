"""Run the app: ``python -m inspector``, configured by environment variables."""

import logging
import os
import signal
import sys

from inspector.config import Config
from inspector.routes import answer
from inspector.server import Server
from inspector.store import Store


def main() -> None:
    """Serve until SIGTERM or Ctrl+C."""
    try:
        config = Config.from_environment(os.environ)
    except ValueError as error:
        sys.exit(str(error))
    # SystemExit leaves serve_forever at once; requests run in daemon threads, which end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with Server(config, Store(config.data), answer) as server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.exit(0)


if __name__ == "__main__":
    main()
