/* data-auto-submit sends its form on change; data-filter-list narrows a list of boxes;
   data-file-preview shows chosen pictures; data-focus is focused when the page opens. */
export function start(root) {
  for (const field of root.querySelectorAll("[data-auto-submit]")) {
    field.addEventListener("change", () => field.form.requestSubmit());
  }
  for (const list of root.querySelectorAll("[data-filter-list]")) filterable(list);
  for (const drop of root.querySelectorAll("[data-file-preview]")) previewed(drop);
  root.querySelector("[data-focus]")?.focus();
}

function filterable(list) {
  const box = list.querySelector(".check-filter");
  if (!box) return;
  box.hidden = false;
  const input = box.querySelector("input");
  input.addEventListener("input", () => {
    const wanted = folded(input.value);
    for (const item of list.querySelectorAll(".choice")) {
      item.hidden = !folded(item.textContent).includes(wanted);
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

function folded(text) {
  return text.trim().toLowerCase()
    .replace(/[يى]/g, "ی").replace(/ك/g, "ک").replace(/[\u200c\u0640]/g, "")
    .replace(/[۰-۹]/g, (digit) => String("۰۱۲۳۴۵۶۷۸۹".indexOf(digit)));
}

function previewed(drop) {
  const input = drop.querySelector("input");
  const shelf = drop.parentElement.querySelector(".file-previews");
  for (const [name, on] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
    drop.addEventListener(name, () => drop.classList.toggle("dragging", on));
  }
  input.addEventListener("change", () => {
    shelf.replaceChildren();
    shelf.hidden = input.files.length === 0;
    for (const file of input.files) {
      if (!file.type.startsWith("image/")) continue;
      const reader = new FileReader();
      reader.addEventListener("load", () => {
        const image = document.createElement("img");
        image.alt = file.name;
        image.src = reader.result;
        shelf.append(image);
      });
      reader.readAsDataURL(file);
    }
  });
}
