/* data-renew="3": the element is fetched again every so many seconds while somebody looks, and put
   in place when it has changed; without scripts the page is. */
for (const element of document.querySelectorAll("[data-renew]")) renew(element);

function renew(element) {
  let before = element.innerHTML;
  setInterval(async () => {
    if (document.hidden || element.contains(document.activeElement)) return;
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById(element.id)?.innerHTML;
    if (!now || now === before) return;
    before = now;
    element.innerHTML = now;
    element.dispatchEvent(new CustomEvent("dalan:swapped", { bubbles: true }));
  }, Number(element.dataset.renew) * 1000);
}
