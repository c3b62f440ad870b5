/* Thumbnails move the strip without adding to the history, and follow it when it is scrolled. */
export function start(root) {
  for (const gallery of root.querySelectorAll("[data-gallery]")) {
    const thumbs = [...gallery.querySelectorAll(".gallery-thumbs a")];
    if (!thumbs.length) continue;
    const pictures = thumbs.map((thumb) => gallery.querySelector(thumb.hash));
    thumbs.forEach((thumb, index) => {
      thumb.addEventListener("click", (event) => {
        event.preventDefault();
        pictures[index].scrollIntoView({ block: "nearest", inline: "center" });
      });
    });
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        thumbs.forEach((thumb, index) => {
          if (pictures[index] === entry.target) thumb.setAttribute("aria-current", "true");
          else thumb.removeAttribute("aria-current");
        });
      }
    }, { root: gallery.querySelector(".gallery-track"), threshold: 0.6 });
    pictures.forEach((picture) => seen.observe(picture));
  }
}
