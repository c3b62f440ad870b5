/* Makes writing a post quicker; the form works without. Pictures come one by one with their
   progress, what is typed is kept by itself, amounts are grouped and said in words. */
import { inWords, grouped, latin } from "./amounts.js";
import { startPictures } from "./pictures.js";

document.documentElement.classList.add("with-script");
for (const form of document.querySelectorAll("[data-post-form]")) {
  const keep = form.hasAttribute("data-saves") ? saver(form) : () => {};
  startPictures(form, keep);
  for (const part of form.querySelectorAll("[data-money]")) money(part);
  for (const part of form.querySelectorAll("[data-counter]")) counter(part);
  for (const part of form.querySelectorAll("[data-lookup]")) lookup(part);
  cities(form);
  priceModes(form);
  form.addEventListener("input", keep);
  once(form);
}
for (const form of document.querySelectorAll("[data-once]")) once(form);

/* A second press while the first is on its way does nothing. */
function once(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  addEventListener("pageshow", () => delete form.dataset.sent);
}

/* Keeps the form a moment after the last stroke. */
function saver(form) {
  let timer = 0;
  let last = null;
  const note = form.querySelector("[data-kept-note]");
  async function save() {
    if (form.dataset.sent) return;
    const data = new FormData(form);
    data.delete("pictures");
    data.set("do", "autosave");
    const text = new URLSearchParams(data).toString();
    if (text === last) return;
    last = text;
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
      if (answer.status === 204 && note) note.dataset.kept = "1";
    } catch { last = null; }
  }
  return () => { clearTimeout(timer); timer = setTimeout(save, 1500); };
}

function money(part) {
  const input = part.querySelector("input");
  const words = part.querySelector("[data-words]");
  input.addEventListener("input", () => {
    const digits = latin(input.value).replace(/[^0-9]/g, "").slice(0, 18);
    const fromEnd = input.value.length - input.selectionEnd;
    input.value = grouped(digits);
    const at = Math.max(0, input.value.length - fromEnd);
    input.setSelectionRange(at, at);
    words.textContent = digits && document.documentElement.lang === "fa" ? `${inWords(digits)} تومان` : "";
  });
}

function counter(part) {
  const field = part.querySelector("input, textarea");
  const most = Number(part.dataset.counter);
  const shown = document.createElement("span");
  shown.className = "counter";
  shown.setAttribute("aria-hidden", "true");
  field.closest(".field").append(shown);
  const count = () => { shown.textContent = `${[...field.value].length} / ${most}`; };
  field.addEventListener("input", count);
  count();
}

function lookup(part) {
  const input = part.querySelector("input");
  const list = part.querySelector("datalist");
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const asked = input.value.trim();
      if (!asked) return;
      try {
        const answer = await fetch(`${part.dataset.lookup}?q=${encodeURIComponent(asked)}`);
        if (!answer.ok || input.value.trim() !== asked) return;
        list.replaceChildren(...(await answer.json()).map((name) => {
          const option = document.createElement("option");
          option.value = name;
          return option;
        }));
      } catch { /* it is looked up when the form is sent */ }
    }, 250);
  });
}

function cities(form) {
  const city = form.querySelector("select[name=city]");
  const part = form.querySelector("#district-part");
  city?.addEventListener("change", async () => {
    part.replaceChildren();
    if (!city.value) return;
    try {
      const answer = await fetch(`/new/districts/${encodeURIComponent(city.value)}`);
      if (answer.ok) part.innerHTML = await answer.text();
    } catch { /* a district is not needed */ }
  });
}

/* What is given away has no price to ask for. */
function priceModes(form) {
  const modes = form.querySelectorAll("[name=f_price_mode]");
  const part = form.querySelector("#f_price-part");
  if (!modes.length || !part) return;
  const input = part.querySelector("input");
  const needed = input.required;
  const show = () => {
    const mode = form.querySelector("[name=f_price_mode]:checked")?.value;
    part.classList.toggle("price-not-asked", mode === "مجانی");
    input.required = needed && (!mode || mode === "مقطوع");
  };
  for (const mode of modes) mode.addEventListener("change", show);
  show();
}
