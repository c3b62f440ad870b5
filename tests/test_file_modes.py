"""Phones, codes and pictures on disk are for the account that runs the platform alone."""

import os
import subprocess
from pathlib import Path

from tests.platforms import DALAN


def test_files_are_nobody_elses(tmp_path: Path):
    home = tmp_path / "not" / "there" / "yet"
    log = tmp_path / "log"
    environment = {
        "PATH": os.environ["PATH"], "DALAN_HOME": str(home), "DALAN_LOG_FILE": str(log),
        "DALAN_SECRET": "Zk3o9sK1xPq7Lm2Vt8Rw5Yb4Nc6Hd0Jf",
        "DALAN_PUBLIC_BASE_URL": "https://bazaar.example",
    }  # fmt: skip

    for command in (["migrate"], ["doctor"]):
        subprocess.run(
            [*DALAN, *command],
            env=environment,
            umask=0o022,
            capture_output=True,
            timeout=60,
            check=False,
        )

    made = [home, *home.rglob("*")]
    assert home / "dalan.db" in made
    assert [path for path in made if path.stat().st_mode & 0o077] == []
