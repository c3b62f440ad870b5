/* The request log moves by itself: at each event the list is fetched anew, not more often than once
   a second. Where no stream is to be had it is asked for again and again; without scripts the page
   renews itself. */
const EVERY_MS = 1000;
const POLL_MS = 5000;
let due = false;
let waits = false;

const part = () => document.getElementById("requests");

async function renew() {
  if (document.hidden || part().contains(document.activeElement)) {
    due = true;
    return;
  }
  due = false;
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("requests");
  if (!fresh || fresh.innerHTML === part().innerHTML) return;
  part().replaceWith(fresh);
  fresh.dispatchEvent(new CustomEvent("dalan:swapped", { bubbles: true }));
}

function moved() {
  if (waits) {
    due = true;
    return;
  }
  waits = true;
  renew();
  setTimeout(() => {
    waits = false;
    if (due) moved();
  }, EVERY_MS);
}

function poll() {
  setInterval(moved, POLL_MS);
}

function listen() {
  const address = part()?.dataset.live;
  if (!address) return;
  if (!window.EventSource) return poll();
  const source = new EventSource(address);
  source.onmessage = moved;
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) poll();
  };
  document.addEventListener("visibilitychange", () => due && moved());
}
listen();
