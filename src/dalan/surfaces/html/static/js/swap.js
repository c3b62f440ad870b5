/* data-swap="selector": the answer to this form or link replaces the nearest such ancestor
   ("closest tr"), or the element of that selector in the page ("#results"). The request carries
   x-dalan-swap, so that the server may answer with the part alone; from a whole page the part
   with the same id is taken. Whatever goes wrong ends in an ordinary request. */

const bar = document.createElement("div");
bar.className = "swap-bar";
bar.setAttribute("aria-hidden", "true");

export function start() {
  document.body.append(bar);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
}

function targetOf(element) {
  const wanted = element.dataset.swap;
  if (wanted.startsWith("closest ")) return element.closest(wanted.slice(8));
  return document.querySelector(wanted);
}

function onSubmit(event) {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("form[data-swap]")) return;
  const target = targetOf(form);
  if (!target) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const again = () => form.submit();
  if (form.method === "get") {
    const url = new URL(form.action);
    url.search = new URLSearchParams(body).toString();
    swap(url, {}, target, () => location.assign(url), true);
  } else if (form.enctype === "multipart/form-data") {
    swap(form.action, { method: "POST", body }, target, again);
  } else {
    swap(form.action, { method: "POST", body: new URLSearchParams(body) }, target, again);
  }
}

function onClick(event) {
  const link = event.target.closest("a[data-swap]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const target = targetOf(link);
  if (!target) return;
  event.preventDefault();
  swap(link.href, {}, target, () => location.assign(link.href), !link.hasAttribute("data-swap-quiet"));
}

async function swap(url, request, target, fallBack, pushes = false) {
  target.setAttribute("aria-busy", "true");
  document.documentElement.classList.add("swapping");
  try {
    const answer = await fetch(url, { ...request, headers: { "x-dalan-swap": target.id || "1" }, credentials: "same-origin" });
    const type = answer.headers.get("content-type") || "";
    if (!type.startsWith("text/html")) throw new Error("not a page");
    const part = partOf(await answer.text(), target);
    if (!part) {
      /* The action led to another page: go there. A POST is not sent twice. */
      if (answer.redirected) location.assign(answer.url);
      else location.reload();
      return;
    }
    target.replaceWith(part);
    if (pushes) history.replaceState(null, "", answer.url);
    part.dispatchEvent(new CustomEvent("dalan:swapped", { bubbles: true }));
    part.querySelector("[data-focus]")?.focus();
  } catch {
    if (request.method === "POST") location.reload();
    else fallBack();
  } finally {
    target.removeAttribute("aria-busy");
    document.documentElement.classList.remove("swapping");
  }
}

function partOf(html, target) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  const content = template.content;
  if (target.id) {
    const same = content.querySelector(`#${CSS.escape(target.id)}`);
    if (same) return same;
  }
  const only = content.children;
  return only.length === 1 && only[0].tagName === target.tagName ? only[0] : null;
}
