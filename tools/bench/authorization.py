"""The authorization server beside ``oidc-provider``: three servers, one core, turn by turn.

Each is asked for the same, by the same client on the other core: whole flows of a code with PKCE
for people who are signed in and agreed before (two requests), refreshes that rotate,
introspections of living tokens, and calls whose token is checked: of ours a call of the API with
key and token, of a server that has no API the introspection its resource server would make.
"""

import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec

from tools.bench.oauth_load import Kind, Target, Task, Told
from tools.bench.oauth_world import REDIRECT_URI, prepare
from tools.bench.servers import LOAD_CORE, Server, free_port, running

NODE = Path(__file__).parent / "node"
DALAN = str(Path(sys.executable).with_name("dalan"))

PEOPLE_COUNT = 500
CONNECTIONS_COUNT = 32
WINDOW_SECONDS = 2.0
LOAD_CORE_MAX = 0.9
LIBRARIES = ("oidc-provider", "better-sqlite3")
KINDS: tuple[Kind, ...] = ("flows", "refreshes", "introspections", "calls")
SECRET = "a client secret of the bench, long enough"  # noqa: S105 (of nothing)


class Contender(msgspec.Struct, frozen=True):
    """A server under load, and what it does with what it is given."""

    name: str
    server: Server
    load: "subprocess.Popen[str]"


class Window(msgspec.Struct, frozen=True):
    """A few seconds of one kind: times a second, CPU of the server for each, slowest of 100."""

    per_second: float
    cpu_us: float
    p99_ms: float
    load_core: float


def compare(folder: Path, *, rounds: int) -> None:
    """Print the table; without Node the rows of ``oidc-provider`` are left out, and it says so."""
    with ExitStack() as stack:
        contenders = [stack.enter_context(one) for one in _contenders(folder)]
        windows: dict[tuple[str, Kind], list[Window]] = defaultdict(list)
        for number in range(rounds + 1):  # the first round warms up
            for one in contenders:
                for kind in KINDS:
                    found = _window(one, kind)
                    if number:
                        windows[one.name, kind].append(found)
    _print(windows)


def _contenders(folder: Path) -> Iterator[AbstractContextManager[Contender]]:
    yield _dalan(folder / "authorization")
    missing = _install()
    if missing:
        print(f"{missing}: the rows of oidc-provider are left out", file=sys.stderr)
        return
    yield _oidc_provider(folder, "oidc-provider, in memory", database="")
    yield _oidc_provider(folder, "oidc-provider, SQLite", database=str(folder / "node.db"))


def _install() -> str:
    """Install the library from its lock file, once; what is missing for it."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "Node is not installed"
    if not (NODE / "node_modules/oidc-provider").is_dir():
        subprocess.run(["npm", "ci", "--silent"], cwd=NODE, check=True)
    return ""


@contextmanager
def _dalan(home: Path) -> Iterator[Contender]:
    home.mkdir()
    prepared = prepare(home, PEOPLE_COUNT)
    port = free_port()
    command = [DALAN, "serve", "--port", str(port)]
    with (
        running(
            command, port=port, ready_path="/health/live", environment=prepared.environment
        ) as server,
        _loading(prepared.target(server.base_url, CONNECTIONS_COUNT)) as load,
    ):
        yield Contender("Dalan, SQLite", server, load)


@contextmanager
def _oidc_provider(folder: Path, name: str, *, database: str) -> Iterator[Contender]:
    port, cookies = free_port(), folder / f"cookies-{bool(database)}"
    told = {
        "port": port, "client_id": "bench-app", "client_secret": SECRET, "people": PEOPLE_COUNT,
        "redirect_uri": REDIRECT_URI, "cookies": str(cookies), "database": database,
    }  # fmt: skip
    command = ["node", str(NODE / "server.js"), msgspec.json.encode(told).decode()]
    with running(
        command, port=port, ready_path="/jwks", environment={"NODE_ENV": "production"}
    ) as server:
        target = Target(
            base_url=server.base_url, authorize_path="/auth", exchange_path="/token",
            introspect_path="/token/introspection", client_id="bench-app", client_secret=SECRET,
            redirect_uri=REDIRECT_URI, scope="api", cookies=cookies.read_text().splitlines(),
            connections_count=CONNECTIONS_COUNT,
        )  # fmt: skip
        with _loading(target) as load:
            yield Contender(name, server, load)


@contextmanager
def _loading(target: Target) -> Iterator["subprocess.Popen[str]"]:
    command = ["taskset", "-c", str(LOAD_CORE), sys.executable, "-m", "tools.bench.oauth_load"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as load:
        _ask(load, msgspec.json.encode(target))
        yield load
        assert load.stdin is not None
        load.stdin.close()


def _ask(load: "subprocess.Popen[str]", what: bytes) -> str:
    assert load.stdin is not None
    assert load.stdout is not None
    print(what.decode(), file=load.stdin, flush=True)
    answer = load.stdout.readline()
    if not answer:
        sys.exit("the load ended before it answered")
    return answer


def _window(one: Contender, kind: Kind) -> Window:
    before = one.server.cpu_seconds()
    answer = _ask(one.load, msgspec.json.encode(Task(kind, WINDOW_SECONDS)))
    told = msgspec.json.decode(answer, type=Told)
    spent = one.server.cpu_seconds() - before
    return Window(
        per_second=told.count / told.seconds,
        cpu_us=spent / told.count * 1e6,
        p99_ms=told.p99_ms,
        load_core=told.load_core,
    )


def _print(windows: dict[tuple[str, Kind], list[Window]]) -> None:
    """The fastest window of each, and the least CPU: whatever else the machine does can only
    slow a window down or add to it."""
    print(
        f"\n{'authorization server':26} {'':15} {'a second':>9} {'CPU µs':>8} {'p99 ms':>8}  load"
    )
    for (name, kind), found in windows.items():
        fastest = max(found, key=lambda window: window.per_second)
        cheapest = min(window.cpu_us for window in found)
        saturated = "  THE LOAD WAS THE LIMIT" if fastest.load_core > LOAD_CORE_MAX else ""
        print(
            f"{name:26} {kind:15} {fastest.per_second:9.0f} {cheapest:8.0f} "
            f"{fastest.p99_ms:8.1f} {fastest.load_core:5.0%}{saturated}"
        )
    print("Dalan, SQLite: everything kept, on the disk before it answers; commits in groups")
    if len(windows) > len(KINDS):
        print("oidc-provider, in memory: nothing is kept when it ends (a Map)")
        print("oidc-provider, SQLite: everything kept, each write on the disk before the next")
        print(_versions())


def _versions() -> str:
    """Node's, the library's and its driver's."""
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    packages = msgspec.json.decode((NODE / "package-lock.json").read_bytes())["packages"]
    named = (f"{name} {packages[f'node_modules/{name}']['version']}" for name in LIBRARIES)
    return ", ".join([f"Node {node.strip()}", *named])
