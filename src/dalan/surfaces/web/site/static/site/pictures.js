/* Pictures of a post's form: each is sent by itself as soon as it is chosen, with its progress
   and another try; they are moved by their buttons and by dragging. */
const SENT_AT_ONCE = 2;
const words = document.documentElement.lang === "en"
  ? { again: "Try again", drop: "Leave it out", failed: "It did not arrive.", many: "No more pictures fit.", added: "Picture added.", sending: "Sending" }
  : { again: "دوباره", drop: "صرف نظر", failed: "به دست ما نرسید.", many: "عکس بیشتری جا نمی‌شود.", added: "عکس اضافه شد.", sending: "در حال فرستادن" };

export function startPictures(form, changed) {
  const list = form.querySelector("[data-pictures]");
  const input = form.querySelector("input[type=file][name=pictures]");
  if (!list) return;
  const status = form.querySelector("[data-picture-status]");
  const waiting = [];
  let sending = 0;

  input?.closest(".field").querySelector(".file-previews")?.remove();
  input?.addEventListener("change", (event) => {
    event.stopImmediatePropagation();
    const free = Number(list.dataset.most) - list.children.length;
    const chosen = [...input.files];
    if (chosen.length > free) status.textContent = words.many;
    for (const file of chosen.slice(0, Math.max(0, free))) enqueue(file);
    input.value = "";
  }, { capture: true });

  form.addEventListener("submit", (event) => {
    if (sending || waiting.length) {
      event.preventDefault();
      event.stopImmediatePropagation();
      delete form.dataset.sent;
      status.classList.remove("visually-hidden");
      status.textContent = words.sending;
      list.scrollIntoView({ block: "center" });
    }
  }, { capture: true });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    const verb = button.value.split(":")[0];
    if (verb === "remove") item.remove();
    else if (verb === "first") list.prepend(item);
    else if (verb === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
    else if (verb === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
    if (verb !== "remove") button.focus();
    settle();
  });
  dragging(list, settle);

  function settle() {
    list.hidden = list.children.length === 0;
    changed();
  }

  function enqueue(file) {
    const item = document.createElement("li");
    item.className = "form-picture uploading";
    list.append(item);
    list.hidden = false;
    waiting.push({ file, item });
    next();
  }

  function next() {
    while (sending < SENT_AT_ONCE && waiting.length) {
      sending += 1;
      send(waiting.shift());
    }
  }

  function send({ file, item }) {
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", `${words.sending} ${file.name}`);
    const name = document.createElement("small");
    name.textContent = file.name;
    item.replaceChildren(name, bar);
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("pictures", file);
    const request = new XMLHttpRequest();
    request.open("POST", list.dataset.upload);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      sending -= 1;
      const template = document.createElement("template");
      template.innerHTML = request.status === 200 ? request.responseText.trim() : "";
      const made = template.content.querySelector("li.form-picture");
      if (made) {
        item.replaceWith(made);
        status.textContent = words.added;
        settle();
      } else {
        const why = request.status === 422 ? request.responseText : words.failed;
        failed(item, file, why);
      }
      next();
    });
    request.send(body);
  }

  function failed(item, file, why) {
    const text = document.createElement("small");
    text.textContent = why;
    text.setAttribute("role", "alert");
    const again = button(words.again, () => { waiting.push({ file, item }); next(); });
    const drop = button(words.drop, () => { item.remove(); settle(); });
    item.replaceChildren(text, again, drop);
  }
}

function button(title, pressed) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-secondary btn-small";
  made.textContent = title;
  made.addEventListener("click", pressed);
  return made;
}

function dragging(list, settle) {
  let dragged = null;
  const mark = () => { for (const item of list.querySelectorAll("li[data-name]")) item.draggable = true; };
  mark();
  new MutationObserver(mark).observe(list, { childList: true });
  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("li[data-name]");
    dragged?.classList.add("dragged");
  });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li[data-name]");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const items = [...list.children];
    if (items.indexOf(dragged) < items.indexOf(over)) over.after(dragged);
    else over.before(dragged);
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    settle();
  });
}
