"""Every kind of page, looked at on a phone as people who cannot see it, who are in a hurry and who
pay for each byte would."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route

from dalan.surfaces.html import static
from tests.clients.libraries import NODE
from tests.conftest import IN_CI
from tests.journeys.kinds import KINDS, PEOPLE, Kind, furnish
from tests.platforms import NILOOFAR, Platform, running_platform

pytestmark = pytest.mark.journey

PHONE: Any = {"width": 390, "height": 844}
AXE = NODE / "node_modules" / "axe-core" / "axe.min.js"

LOOKED_AT_TOGETHER = 12
"""Pages in one test: some of one person's, so that several workers share them all."""

SHIFT_MAX = 0.01
WEIGHT_BYTES_MAX = 200_000
"""What one fetches to read a page for the first time, as it travels: the page, style sheets,
scripts, icons and the font (111,152 bytes of it); photographs are left out."""

WATCH_SHIFTS = """
window.shifted = [];
const note = (entries) => {
  for (const one of entries) if (!one.hadRecentInput) window.shifted.push([one.value,
    one.sources.map((source) => source.node?.outerHTML?.slice(0, 120) ?? "?").join(" | ")]);
};
const watch = new PerformanceObserver((list) => note(list.getEntries()));
watch.observe({ type: "layout-shift", buffered: true });

const twoFrames = () => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
const isInView = (image) => {
  const box = image.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
};
// Until something is drawn, and what letters moved is noted.
window.drawn = async () => {
  while (!performance.getEntriesByName("first-contentful-paint").length)
    await new Promise((done) => setTimeout(done, 20));
  await document.fonts.ready;
  await twoFrames();
  note(watch.takeRecords());
};
// Until every picture in view is there and drawn, and what that moved is noted.
window.settled = async () => {
  await twoFrames();
  await Promise.all([...document.images].filter((image) => image.loading !== "lazy" ||
    isInView(image)).map((image) => image.decode().catch(() => {})));
  await twoFrames();
  note(watch.takeRecords());
};
"""

RUN_AXE = """
async (options) => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})));
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
  return found.violations.map((one) => ({
    rule: one.id,
    nodes: one.nodes.slice(0, 3).map((node) => [node.target.join(" "), node.failureSummary]),
  }));
}
"""


class Visits:
    """Pages of people who are signed in, each in a browser context of its own."""

    def __init__(self, chromium: Browser, platform: Platform, names: dict[str, str]) -> None:
        self.platform = platform
        self.names = names
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def page_of(self, who: str, lang: str = "fa") -> Page:
        """A phone's browser of ``who``, in which ``axe`` is at hand on every page."""
        context = self._chromium.new_context(
            locale="fa-IR" if lang == "fa" else "en-GB",
            base_url=self.platform.base_url,
            viewport=PHONE,
            reduced_motion="reduce",
            color_scheme="light",
        )
        browser = self.platform.browser(PEOPLE.get(who), lang)
        if who == "guest":
            browser.submit(browser.get("/sign-in"), "/sign-in", phone=NILOOFAR)
        context.add_cookies(
            [
                {"name": name, "value": value, "url": self.platform.base_url}
                for name, value in browser.client.cookies.items()
            ]
        )
        browser.close()
        context.add_init_script(path=AXE)
        context.add_init_script(WATCH_SHIFTS)
        self._contexts.append(context)
        return context.new_page()

    def path(self, kind: Kind) -> str:
        return kind.path.format(**self.names)

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture(scope="module")
def furnished_names(
    furnished: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Platform, dict[str, str]]]:
    """One world for all who only look."""
    home = copytree(furnished, tmp_path_factory.mktemp("pages") / "world")
    with running_platform(home, posts_count=24, with_sample=True) as platform:
        yield platform, furnish(platform)


@pytest.fixture
def visits(chromium: Browser, furnished_names: tuple[Platform, dict[str, str]]) -> Iterator[Visits]:
    if not AXE.exists():
        message = "axe-core is not installed: run make, with npm at hand"
        pytest.fail(message) if IN_CI else pytest.skip(message)
    visits = Visits(chromium, *furnished_names)
    yield visits
    visits.close()


def violations(page: Page, **options: Any) -> list[str]:
    """What axe finds wrong, a line for each element."""
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE, options)
    return [f"{one['rule']}: {where}: {what}" for one in found for where, what in one["nodes"]]


def opened(page: Page, path: str) -> Page:
    """The page, in which a look is worth it: nothing asked for a fault of ours."""
    answer = page.goto(path)
    assert answer is not None, path
    assert answer.status in {200, 404, 502}, f"{path}: {answer.status}"
    return page


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the phone."""
    wider: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return wider


def test_every_template_of_a_page_is_among_the_kinds() -> None:
    surfaces = Path(static.__file__).parents[1]
    not_alone = {"base", "panel_base", "plain", "gallery", "bank/frame"}
    not_alone |= {"console/seeds"}  # what a form there came to, never asked for by itself
    not_alone |= {"redirect/card"}  # for those who fetch previews, whom nobody looks over
    not_alone |= {"admin/chat"}  # there is none before a chat was reported
    pages = {
        str(path.relative_to(folder).with_suffix(""))
        for folder in surfaces.rglob("templates")
        for path in folder.rglob("*.html")
        if not any(part.startswith("_") for part in path.relative_to(folder).parts)
    }

    missing = pages - not_alone - {kind.template for kind in KINDS}
    assert not missing, f"add to tests/journeys/kinds.py, so that somebody looks at: {missing}"


def look_at(page: Page, kind: Kind, path: str, lang: str) -> list[str]:
    """What is wrong with one page, in one language; colours are looked at in light and in dark."""
    opened(page, path)
    if lang == "en":
        found = violations(page, rules={"color-contrast": {"enabled": False}})
    else:
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        found += [f"dark: {fault}" for fault in violations(page, runOnly=["color-contrast"])]
        page.emulate_media(color_scheme="light")
    if page.locator("html").get_attribute("lang") != lang:
        found.append(f"not in {lang}")
    if wider := overflow(page):
        found.append(f"{wider} pixels wider than the phone")
    return [f"{kind.template} {page.url}\n    {fault}" for fault in found]


class Look(NamedTuple):
    """Some kinds of pages that one person looks at in one language."""

    lang: str
    who: str
    kinds: tuple[Kind, ...]


LOOKS = [
    Look(lang, who, kinds[start : start + LOOKED_AT_TOGETHER])
    for lang in ("fa", "en")
    for who in (*PEOPLE, "guest")
    if (kinds := tuple(one for one in KINDS if one.who == who))
    for start in range(0, len(kinds), LOOKED_AT_TOGETHER)
]


@pytest.mark.parametrize(
    "look", LOOKS, ids=lambda one: f"{one.lang}-{one.who}-{KINDS.index(one.kinds[0])}"
)
def test_no_page_keeps_anybody_out(visits: Visits, look: Look) -> None:
    lang = look.lang
    page = visits.page_of(look.who, lang)
    opened(page, f"/?lang={lang}")

    faults = [
        fault for kind in look.kinds for fault in look_at(page, kind, visits.path(kind), lang)
    ]

    assert not faults, "\n".join(faults)


def test_every_kind_of_page_is_looked_at_in_both_languages() -> None:
    looked_at = [(one.lang, kind) for one in LOOKS for kind in one.kinds]

    assert sorted(looked_at) == sorted((lang, kind) for lang in ("fa", "en") for kind in KINDS)


def test_what_keeps_people_out_would_be_found(visits: Visits) -> None:
    page = visits.page_of("stranger")
    opened(page, "/")
    sound = violations(page)
    page.evaluate(
        """() => {
          document.querySelector("main").insertAdjacentHTML("beforeend",
            `<img src="/favicon.ico"><input name="nobody-knows"><div role="buton">x</div>
             <div class="chip" id="pale">pale</div><div class="chip" id="wide">wide</div>`);
          document.getElementById("pale").style.color = "#ddd";
          document.getElementById("wide").style.inlineSize = "600px";
        }"""
    )
    found = {fault.split(":")[0] for fault in violations(page)}

    assert not sound
    assert {"image-alt", "label", "aria-roles", "color-contrast"} <= found
    assert overflow(page) > 0


def slowly(page: Page, path: str) -> list[tuple[float, str]]:
    """Open a page whose pictures come late, after everything else is drawn, and read it to its
    end; answers what moved meanwhile."""
    held: list[Route] = []
    drawn = False

    def hold(route: Route) -> None:
        if drawn:
            route.continue_()
        else:
            held.append(route)

    page.route("**/media/**", hold)
    with page.expect_request("**/media/**"):
        page.goto(path, wait_until="domcontentloaded")
    page.evaluate("() => window.drawn()")
    assert held, "a page without pictures shows nothing"
    page.evaluate("() => window.shifted.splice(0)")  # what letters moved is not the pictures' doing
    drawn = True
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")
    page.evaluate("() => window.settled()")
    page.evaluate("() => window.scrollBy(0, 700)")
    page.evaluate("() => window.settled()")
    moved: list[tuple[float, str]] = page.evaluate("window.shifted")
    return moved


WEIGHED = ["/", "/s/iran", "/s/tehran?picture=1", "/v/{post}", "/b/{business}"]


@pytest.mark.parametrize("path", WEIGHED)
def test_nothing_moves_while_pictures_arrive(visits: Visits, path: str) -> None:
    page = visits.page_of("stranger")

    moved = slowly(page, path.format(**visits.names))

    assert sum(value for value, _ in moved) < SHIFT_MAX, moved


def test_a_picture_without_its_size_would_be_noticed(visits: Visits) -> None:
    page = visits.page_of("stranger")
    page.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
          const unsized = new Image();
          unsized.src = document.querySelector("main img[src^='/media/']").src;
          document.querySelector("main").prepend(unsized);
        })"""
    )

    moved = slowly(page, "/")

    assert sum(value for value, _ in moved) > SHIFT_MAX


@pytest.mark.parametrize("path", WEIGHED)
def test_a_first_visit_stays_light(visits: Visits, path: str) -> None:
    page = visits.page_of("stranger")
    asked: list[Request] = []

    def note(request: Request) -> None:
        asked.append(request)

    page.on("requestfinished", note)
    page.goto(path.format(**visits.names), wait_until="networkidle")

    weights = {
        request.url: sum(
            request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize")
        )
        for request in asked
        if "/media/" not in request.url
    }

    assert len(weights) > 8, weights
    assert sum(weights.values()) < WEIGHT_BYTES_MAX, weights
