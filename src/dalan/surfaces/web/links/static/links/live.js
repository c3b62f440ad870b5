/* Clicks as they come: server-sent events, else asking again and again. Everything is also there
   without it. The part of the page comes anew; what somebody opened stays open. */
const place = document.getElementById("live");
const POLL_MS = 4000;
let version = Number(place.dataset.version);

function apply(news) {
  if (news.version === undefined || news.version === version) return;
  version = news.version;
  const open = [...place.querySelectorAll("details[data-part][open]")].map((one) => one.dataset.part);
  const focused = place.contains(document.activeElement) ? pathOf(document.activeElement) : null;
  place.innerHTML = news.html;
  for (const part of open) {
    const details = place.querySelector(`details[data-part="${CSS.escape(part)}"]`);
    if (details) details.open = true;
  }
  if (focused) elementAt(focused)?.focus({ preventScroll: true });
  mark(true);
  place.dispatchEvent(new CustomEvent("dalan:swapped", { bubbles: true }));
}

/* Where an element stands among its neighbours, from the outside in. */
function pathOf(element) {
  const path = [];
  for (let one = element; one !== place; one = one.parentElement) {
    path.unshift([...one.parentElement.children].indexOf(one));
  }
  return path;
}

function elementAt(path) {
  return path.reduce((one, index) => one?.children[index], place);
}

function mark(isLive) {
  for (const one of place.querySelectorAll("[data-live-mark]")) one.hidden = !isLive;
}

function address() {
  const url = new URL(place.dataset.live, location.href);
  for (const [name, text] of new URLSearchParams(place.dataset.query)) url.searchParams.set(name, text);
  return url;
}

function listen() {
  if (!window.EventSource) return poll();
  const source = new EventSource(address());
  let failures = 0;
  source.onopen = () => mark(true);
  source.onmessage = (event) => {
    failures = 0;
    apply(JSON.parse(event.data));
  };
  source.onerror = () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED || failures > 2) {
      source.close();
      mark(false);
      poll();
    }
  };
}

function poll() {
  setTimeout(async () => {
    if (document.visibilityState === "visible") await ask();
    poll();
  }, POLL_MS);
}

async function ask() {
  try {
    const answer = await fetch(address(), { credentials: "same-origin" });
    if (answer.ok) apply(await answer.json());
  } catch { /* asked again soon */ }
}

listen();
