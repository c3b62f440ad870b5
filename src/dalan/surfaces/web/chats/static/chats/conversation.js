/* A chat that moves by itself: server-sent events, else asking again and again. Everything is
   also there without it. The server says in which order messages stand; nothing is drawn twice. */
const thread = document.getElementById("messages");
const problem = document.getElementById("problem");
const POLL_MS = 3000;
const english = document.documentElement.lang === "en";
const words = english
  ? { lost: "Not sent: there is no connection. It is kept here; send it again.", seen: "Seen" }
  : { lost: "فرستاده نشد: ارتباط برقرار نیست. متن همین‌جا مانده است؛ دوباره بفرستید.", seen: "دیده شد" };
const token = document.querySelector('meta[name="csrf-token"]')?.content || "";
let number = Number(thread.dataset.number);
let version = -1;
let read = -1;
let seenTold = number;

function apply(news) {
  if (news.changed) return reload();
  if (news.html) append(news.html);
  for (const ticks of thread.querySelectorAll("[data-ticks]:not(.is-seen)")) {
    if (Number(ticks.dataset.ticks) > news.seen) continue;
    ticks.classList.add("is-seen");
    ticks.querySelector("[data-sent]").textContent = words.seen;
  }
  tellSeen();
}

function append(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  let days = [];
  let last = number;
  for (const part of [...template.content.children]) {
    const of = Number(part.dataset.number || 0);
    if (!of) { days.push(part); continue; }
    if (of > number) {
      thread.querySelector(".talk-empty")?.remove();
      thread.append(...days, part);
      last = Math.max(last, of);
    }
    days = [];
  }
  number = last;
}

async function reload() {
  try {
    const answer = await fetch(location.pathname, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("messages");
    if (!fresh) return location.reload();
    thread.replaceChildren(...fresh.children);
    number = Math.max(number, Number(fresh.dataset.number));
  } catch { /* the next news brings it */ }
}

function tellSeen() {
  if (!thread.dataset.seen || document.visibilityState !== "visible" || number <= seenTold) return;
  seenTold = number;
  const body = new URLSearchParams({ number: String(number), csrf_token: token });
  fetch(thread.dataset.seen, { method: "POST", body, credentials: "same-origin" }).catch(() => { seenTold = 0; });
}

/* Listening */

let polling = 0;

function listen() {
  if (!thread.dataset.live) return;
  if (!window.EventSource) return poll();
  const source = new EventSource(`${thread.dataset.live}?after=${number}`);
  let failures = 0;
  source.onmessage = (event) => {
    failures = 0;
    apply(JSON.parse(event.data));
  };
  source.onerror = () => {
    failures += 1;
    if (source.readyState === EventSource.CLOSED || failures > 2) {
      source.close();
      poll();
    }
  };
}

function poll() {
  clearTimeout(polling);
  polling = setTimeout(async () => {
    if (document.visibilityState === "visible") await ask();
    poll();
  }, POLL_MS);
}

async function ask() {
  try {
    const answer = await fetch(`${thread.dataset.news}?after=${number}`, { credentials: "same-origin" });
    if (!answer.ok) return;
    const news = await answer.json();
    // One's own look moves the version too, and changes nothing that is shown.
    if (version >= 0 && news.version !== version && !news.html && news.read === read) await reload();
    version = news.version;
    read = news.read;
    apply(news);
  } catch { /* asked again soon */ }
}

/* Writing */

async function send(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-chat-form]")) return;
  event.preventDefault();
  if (form.getAttribute("aria-busy") === "true") return;
  const body = new FormData(form, event.submitter);
  body.set("after", String(number));
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "x-dalan-chat": "1" }, credentials: "same-origin" });
    const type = answer.headers.get("content-type") || "";
    if (!type.startsWith("application/json")) return location.assign(answer.redirected ? answer.url : location.href);
    const told = await answer.json();
    if (told.problem) return say(told.problem);
    if (!thread.dataset.live) return location.assign(told.path);
    say("");
    apply(told);
    empty(form);
    document.getElementById("scroll").scrollTop = 0;
  } catch {
    say(words.lost);
  } finally {
    form.removeAttribute("aria-busy");
  }
}

function empty(form) {
  form.reset();
  for (const field of form.querySelectorAll("textarea, input:not([type=hidden])")) field.value = "";
  for (const attach of form.querySelectorAll(".talk-attach")) attach.open = false;
  const named = form.querySelector('input[name="client_id"]');
  named.value = `c${crypto.getRandomValues(new Uint32Array(3)).join("-")}`;
  form.querySelector("textarea")?.focus();
}

function say(text) {
  problem.replaceChildren();
  if (!text) return;
  const notice = document.createElement("p");
  notice.className = "notice notice-danger";
  notice.textContent = text;
  problem.append(notice);
}

document.addEventListener("submit", send);
document.addEventListener("visibilitychange", tellSeen);
const box = document.getElementById("message");
box?.addEventListener("keydown", (event) => {
  const touch = matchMedia("(pointer: coarse)").matches;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || touch) return;
  event.preventDefault();
  box.form.requestSubmit();
});
for (const file of document.querySelectorAll(".talk-composer input[type=file]")) {
  file.addEventListener("change", () => file.files.length && file.form.requestSubmit());
}
const locate = document.querySelector("[data-locate]");
if (locate && navigator.geolocation) {
  locate.hidden = false;
  locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    locate.form.elements.latitude.value = coords.latitude.toFixed(6);
    locate.form.elements.longitude.value = coords.longitude.toFixed(6);
    locate.form.requestSubmit();
  }));
}
listen();
