"""``make contract``: how much of the published contracts we declare and answer validly.

Runs the checker that stands with the published contracts (``DALAN_SHARED``) against our OpenAPI
document and against a furnished world started for the purpose, and prints per contract how many
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

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("DALAN_SHARED", ROOT.parent / "shared"))
DALAN = str(Path(sys.executable).with_name("dalan"))

LEAST = {"kenar": {"declared": 20, "valid": 20}}
"""Raise these when more operations are served; never lower them."""

PICTURE_WIDGETS = [
    {"title_row": {"text": "گزارش", "has_divider": True}},
    {"score_row": {"title": "فنی", "percentage_score": 80, "score_color": "SUCCESS_PRIMARY"}},
]


def main() -> int:
    """Exit code: 0 when no number fell."""
    checker = SHARED / "tools" / "contract_check.py"
    if not checker.exists():
        print(f"no published contracts at {SHARED}: set DALAN_SHARED", file=sys.stderr)
        return 1 if os.environ.get("CI") else 0
    with world() as credentials:
        declared, of, differences = _static(checker, credentials["base_url"])
        valid, report = _live(checker, credentials)
    verbose = "--verbose" in sys.argv
    if verbose or declared < LEAST["kenar"]["declared"]:
        print(differences)
    if verbose or valid < LEAST["kenar"]["valid"]:
        print(report)
    print(f"contract kenar: {declared} of {of} declared, {valid} of {of} answered and valid")
    fell = declared < LEAST["kenar"]["declared"] or valid < LEAST["kenar"]["valid"]
    if fell:
        print(f"these numbers only rise: at least {LEAST['kenar']}", file=sys.stderr)
    return 1 if fell else 0


@contextmanager
def world() -> Iterator[dict[str, Any]]:
    """A small furnished world on a free port; answers its credentials."""
    with tempfile.TemporaryDirectory(prefix="dalan-contract-") as name:
        home = Path(name)
        ready = home / "ready"
        environment = {**os.environ, "DALAN_HOME": name}
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
            yield json.loads(told)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(20)


def _static(checker: Path, base_url: str) -> tuple[int, int, str]:
    """Operations our document declares as published, of how many, and the differences."""
    told = _run(checker, "static", "--ours", f"{base_url}/openapi/kenar.json", "--surface", "kenar")
    found = re.search(r"contract: (\d+) of (\d+)", told)
    if found is None:
        sys.exit(told)
    return int(found[1]), int(found[2]), told


def _live(checker: Path, credentials: Mapping[str, Any]) -> tuple[int, str]:
    """Operations a running platform answers validly, and the report."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        Path(file.name).write_text(json.dumps(auth_of(credentials)))
        told = _run(
            checker, "live", "--base", credentials["base_url"], "--surface", "kenar",
            "--auth", file.name,
        )  # fmt: skip
    found = re.search(r"live: (\d+) of (\d+)", told)
    if found is None:
        sys.exit(told)
    return int(found[1]), told


def auth_of(credentials: Mapping[str, Any]) -> dict[str, Any]:
    """What the checker needs to call every operation of this stage."""
    ids = credentials["ids"]
    return {
        "headers": {
            "X-API-Key": credentials["app"]["api_key"],
            "Authorization": f"Bearer {credentials['person']['access_token']}",
        },
        "ids": {
            "token": ids["post_token"],
            "post_token": ids["post_token"],
            "city_slug": "tehran",
            "category": "light",
            "category_slug": "light",
            "user_id": ids["user_id"],
            "divar_user_id": ids["divar_user_id"],
        },
        "requests": {
            "POST /v2/open-platform/addons/post/{token}": {
                "body": {"widgets": PICTURE_WIDGETS, "notes": "contract"}
            },
            "DELETE /v1/open-platform/addons/post/{token}": {},
            "POST /v1/open-platform/get-user-id-by-phone": {
                "body": {"phone": credentials["person"]["phone"]}
            },
        },
    }


def _run(checker: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(checker), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(main())
