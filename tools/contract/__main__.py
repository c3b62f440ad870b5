"""``make contract``: how much of the published contracts we declare and answer validly.

Runs the checker that stands with the published contracts (``DALAN_SHARED``) against our OpenAPI
documents and against a furnished world started for the purpose, and prints per contract how many
operations are declared, answered and valid. Fails when a number is lower than the least written
down here: these numbers only rise.
"""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools.contract import basalam, kenar, pod

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("DALAN_SHARED", ROOT.parent / "shared"))
DALAN = str(Path(sys.executable).with_name("dalan"))

LEAST = {
    "kenar": {"declared": 60, "valid": 60},
    "basalam": {"declared": 12, "valid": 12},
}
"""Raise these when more operations are served; never lower them."""

POD_VALID_LEAST = 5
"""Of POD's five; that contract has no document to compare declarations with."""


def main() -> int:
    """Exit code: 0 when no number fell."""
    checker = SHARED / "tools" / "contract_check.py"
    if not checker.exists():
        print(f"no published contracts at {SHARED}: set DALAN_SHARED", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    with world() as credentials:
        fell = [_check(checker, credentials, surface) for surface in LEAST]
        fell.append(_check_pod(credentials))
    return 1 if any(fell) else 0


def _check(checker: Path, credentials: Mapping[str, Any], surface: str) -> bool:
    """Print the numbers of one contract; True when one of them fell."""
    least, verbose = LEAST[surface], "--verbose" in sys.argv
    declared, of, differences = _static(checker, credentials["base_url"], surface)
    valid, report = _live(checker, credentials, surface)
    if verbose or declared < least["declared"]:
        print(differences)
    if verbose or valid < least["valid"]:
        print(report)
    print(f"contract {surface}: {declared} of {of} declared, {valid} of {of} answered and valid")
    fell = declared < least["declared"] or valid < least["valid"]
    if fell:
        print(f"these numbers only rise: at least {least}", file=sys.stderr)
    return fell


def _check_pod(credentials: Mapping[str, Any]) -> bool:
    """Print how many of POD's operations answer validly; True when the number fell."""
    valid, of = pod.valid_operations(credentials), len(pod.OPERATIONS)
    print(f"contract pod: {len(valid)} of {of} answered and valid")
    fell = len(valid) < POD_VALID_LEAST
    if fell:
        missing = sorted(set(pod.OPERATIONS) - set(valid))
        print(f"this number only rises: {missing} answer otherwise", file=sys.stderr)
    return fell


@contextmanager
def world() -> Iterator[dict[str, Any]]:
    """A small furnished world on a free port; answers its credentials and where its data is."""
    with tempfile.TemporaryDirectory(prefix="dalan-contract-") as name:
        home = Path(name)
        ready = home / "ready"
        environment = {
            **os.environ,
            "DALAN_HOME": name,
            "DALAN_FIXED_CODE": basalam.CODE,
            "DALAN_PROOF_CODE_PAUSE_SECONDS": "1",
            "DALAN_BUMP_INTERVAL_HOURS": "0",
        }
        process = subprocess.Popen(
            [DALAN, "dev", "--port", "0", "--posts", "30", "--no-sample", "--ready-file", ready],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            for _ in range(1_200):
                if ready.exists() or process.poll() is not None:
                    break
                time.sleep(0.05)
            told = subprocess.run(
                [DALAN, "credentials", "--json"],
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
            address = os.environ.get("DALAN_DATABASE_URL") or f"sqlite:///{home / 'dalan.db'}"
            yield {**json.loads(told), "database": address}
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _static(checker: Path, base_url: str, surface: str) -> tuple[int, int, str]:
    """Operations our document declares as published, of how many, and the differences."""
    ours = f"{base_url}/openapi/{surface}.json"
    told = _run(checker, "static", "--ours", ours, "--surface", surface)
    found = re.search(r"contract: (\d+) of (\d+)", told)
    if found is None:
        sys.exit(told)
    return int(found[1]), int(found[2]), told


def _live(checker: Path, credentials: Mapping[str, Any], surface: str) -> tuple[int, str]:
    """Operations a running platform answers validly, and the report."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        Path(file.name).write_text(json.dumps(_AUTH[surface](credentials)))
        told = _run(
            checker, "live", "--base", credentials["base_url"], "--surface", surface,
            "--auth", file.name,
        )  # fmt: skip
    found = re.search(r"live: (\d+) of (\d+)", told)
    if found is None:
        sys.exit(told)
    return int(found[1]), told


_AUTH = {"kenar": kenar.auth, "basalam": basalam.auth}


def _run(checker: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(checker), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
