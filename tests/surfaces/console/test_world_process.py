"""Time and worlds of a whole ``dalan dev``: across restarts, and for the commands beside it."""

import json
import subprocess
from pathlib import Path

import httpx

from tests.platforms import DALAN, Platform, _environment, running_platform

EXAMPLE = Path(__file__).parents[3] / "examples" / "seeds.yaml"
CLOCK = "/console/api/clock"
MOMENT = "2031-05-01T09:00:00Z"


def post(platform: Platform, path: str, **body: object) -> httpx.Response:
    answer = httpx.post(f"{platform.base_url}{path}", json=body, timeout=60)
    assert answer.is_success, answer.text
    return answer


def move_to(platform: Platform, moment: str) -> None:
    """Stand still there; a move that a busy machine cut short goes on."""
    while not post(platform, CLOCK, set=moment, frozen=True).json()["is_complete"]:
        pass


def credentials(home: Path) -> dict[str, dict[str, str]]:
    printed = subprocess.run(
        [*DALAN, "credentials", "--json"],
        env=_environment(home), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    found: dict[str, dict[str, str]] = json.loads(printed.stdout)
    return found


def asks_for_the_post(platform: Platform, known: dict[str, dict[str, str]]) -> int:
    return httpx.get(
        f"{platform.base_url}/v1/open-platform/finder/post/{known['ids']['post_token']}",
        headers={"x-api-key": known["app"]["api_key"]},
        timeout=60,
    ).status_code


def finds_the_seeds(platform: Platform, known: dict[str, dict[str, str]]) -> bool:
    """Whether somebody of the file can be asked for the consent of, by the file's app."""
    answer = httpx.post(
        f"{platform.base_url}/console/api/grants",
        json={"client_id": "shirin-reports", "phone": "09121110001", "scopes": ["USER_PHONE"]},
        timeout=60,
    )
    return answer.is_success


def test_time_outlives_a_restart_and_reset_brings_the_first_world_back(tmp_path):
    home = tmp_path / "home"
    seeds = ["--seeds", str(EXAMPLE)]
    with running_platform(home, posts_count=3, with_sample=False, options=seeds) as platform:
        before = credentials(home)
        assert finds_the_seeds(platform, before)
        assert asks_for_the_post(platform, before) == 200
        move_to(platform, MOMENT)
        assert asks_for_the_post(platform, before) == 404  # it ended long ago

    (home / "ready").unlink()
    with running_platform(home, posts_count=3, with_sample=False) as platform:
        told = httpx.get(f"{platform.base_url}{CLOCK}", timeout=60).json()
        assert told == {"now": MOMENT, "frozen": True, "speed": 1.0}

        answer = post(platform, "/console/api/reset")

        assert answer.json()["name"] == "furnished"
        told = httpx.get(f"{platform.base_url}{CLOCK}", timeout=60).json()
        assert (told["frozen"], told["now"] < MOMENT) == (False, True)
        assert credentials(home)["person"] == before["person"]
        assert asks_for_the_post(platform, before) == 200
        assert finds_the_seeds(platform, before)
    assert "Traceback" not in (home / "output").read_text()
    assert "Traceback" not in (home / "dalan.log").read_text()
