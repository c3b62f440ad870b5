/* A box that ticks all links of the page. */
for (const box of document.querySelectorAll("[data-tick-all]")) {
  box.closest("[hidden]").hidden = false;
  const ticks = () => [...box.form.querySelectorAll('input[name="link"]')];
  box.addEventListener("change", () => { for (const one of ticks()) one.checked = box.checked; });
  box.form.addEventListener("change", (event) => {
    if (event.target.name !== "link") return;
    const all = ticks();
    const count = all.filter((one) => one.checked).length;
    box.checked = count === all.length;
    box.indeterminate = count > 0 && count < all.length;
  });
}
