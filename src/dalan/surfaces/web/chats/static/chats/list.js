/* The list of chats moves by itself; without this it is as new as its page. */
const POLL_MS = 5000;
let version = -1;

const part = () => document.getElementById("chats");

async function renew() {
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("chats");
    if (!fresh) return;
    const focused = part().contains(document.activeElement) ? document.activeElement.getAttribute("href") : "";
    part().replaceWith(fresh);
    if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
  } catch { /* the next news brings it */ }
}

function poll() {
  setTimeout(async () => {
    try {
      const answer = await fetch(part().dataset.news, { credentials: "same-origin" });
      const news = await answer.json();
      if (version >= 0 && news.version !== version) await renew();
      version = news.version;
    } catch { /* asked again soon */ }
    poll();
  }, POLL_MS);
}

function listen() {
  if (!part()?.dataset.live) return;
  if (!window.EventSource) return poll();
  const source = new EventSource(part().dataset.live);
  let first = true;
  source.onmessage = () => {
    if (!first) renew();
    first = false;
  };
  source.onerror = () => {
    if (source.readyState !== EventSource.CLOSED) return;
    poll();
  };
}
listen();
