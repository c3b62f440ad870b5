/* data-open-dialog="id" opens a dialog; data-confirm="question" asks before a form is sent;
   menus close when one clicks elsewhere or presses Escape. */
export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.openDialog)?.showModal();
    }
    if (event.target.matches("dialog[open]")) event.target.close();
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("submit", confirmFirst, { capture: true });
}

const words = document.documentElement.lang === "en"
  ? { yes: "Yes, go on", no: "Cancel" }
  : { yes: "بله، انجام شود", no: "انصراف" };

function confirmFirst(event) {
  const asker = event.submitter?.closest("[data-confirm]") || event.target.closest("[data-confirm]");
  if (!asker || asker.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter } = event;
  ask(asker.dataset.confirm, submitter?.className.includes("danger")).then((agreed) => {
    if (!agreed) return;
    asker.dataset.confirmed = "1";
    form.requestSubmit(submitter);
    delete asker.dataset.confirmed;
  });
}

function ask(question, dangerous) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.textContent = question;
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "actions";
  for (const [value, kind] of [["yes", dangerous ? "danger" : "primary"], ["no", "secondary"]]) {
    const button = document.createElement("button");
    button.value = value;
    button.className = `btn btn-${kind}`;
    button.textContent = words[value];
    button.autofocus = value === "no";
    form.append(button);
  }
  dialog.append(text, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
