/* Keys of a reviewer: p publishes, e asks for an edit, r rejects (both want a reason first),
   n leaves the post to others. Nothing happens while somebody types. */

const decide = document.getElementById("decide");

function press(decision) {
  const button = decide.querySelector(`button[value="${decision}"]`);
  if (!button) return;
  const needsReason = decision !== "publish";
  if (needsReason && !decide.elements.reason.value && !decide.elements.note.value.trim()) {
    decide.elements.reason.focus();
  } else {
    decide.requestSubmit(button);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  /* By place on the keyboard, for a Persian layout writes other letters. */
  const act = { KeyP: () => press("publish"), KeyE: () => press("ask_for_edit"), KeyR: () => press("reject"), KeyN: () => document.getElementById("leave")?.requestSubmit() }[event.code];
  if (!act) return;
  event.preventDefault();
  act();
});
