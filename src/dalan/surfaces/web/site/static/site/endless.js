/* The list goes on by itself when its end comes near; the link does the same without us. After a few
   pages it waits to be pressed, so that the foot of the page can be reached. Whoever opens a post
   and comes back finds as much of the list as they had, at the place they left. */
const PAGES_MAX = 5;
const status = document.createElement("p");
status.className = "visually-hidden";
status.setAttribute("role", "status");
document.querySelector("main").append(status);
let pages = 0;
let owed = 0;

const nearing = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting || pages >= PAGES_MAX) continue;
      nearing.unobserve(entry.target);
      entry.target.click();
    }
  },
  { rootMargin: "600px 0px" },
);

function links(root) {
  return [...root.querySelectorAll(".next-posts a[rel=next]")];
}

function watch(root) {
  for (const link of links(root)) nearing.observe(link);
}

/* What was shown before we left is fetched again, page by page, and then the place is found. */
function goOn(root) {
  const [link] = links(root);
  if (owed > 0 && link) {
    owed -= 1;
    link.click();
    return;
  }
  if (history.scrollRestoration === "manual") {
    history.scrollRestoration = "auto";
    scrollTo(0, history.state.endlessTop);
  }
  watch(root);
}

/* Noted with the press that may lead away: once a page is being left, its history is closed. */
document.addEventListener("click", (event) => {
  if (!event.isTrusted) return;
  history.replaceState({ ...history.state, endlessPages: pages, endlessTop: scrollY }, "");
}, { capture: true });
document.addEventListener("dalan:swapped", (event) => {
  if (!event.target.matches(".more-posts")) return;
  pages += 1;
  status.textContent = event.target.dataset.said ?? "";
  goOn(event.target);
});

const [{ type }] = performance.getEntriesByType("navigation");
if (type !== "navigate" && history.state?.endlessPages) {
  owed = Math.min(history.state.endlessPages, 4 * PAGES_MAX);
  history.scrollRestoration = "manual";
  goOn(document);
} else {
  watch(document);
}
