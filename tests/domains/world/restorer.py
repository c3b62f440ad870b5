"""The child of the kill test: takes one world back, then the other, until it is killed.

``python -m tests.domains.world.restorer FOLDER``
"""

import sys
from itertools import cycle
from pathlib import Path

from dalan.domains.world.snapshots import Snapshots
from dalan.kernel.clock import ClockState
from dalan.kernel.clock_file import ClockFile


def main(folder: Path) -> None:
    snapshots = Snapshots(folder / "snapshots", folder / "world.db")
    file = ClockFile(folder / "clock.json")

    def follow(state: ClockState | None) -> None:
        assert state is not None, "both snapshots have a clock"
        file.write(state)

    for name in cycle(("one", "two")):
        snapshots.put(name, follow)
        print(name, flush=True)  # noqa: T201 (how the parent hears of it)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
