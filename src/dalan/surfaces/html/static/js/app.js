/* Everything here makes pages quicker; none of it is needed. */
import { start as startSwap } from "./swap.js";
import { start as startCopy } from "./copy.js";
import { start as startDialogs } from "./dialogs.js";
import { start as startFields } from "./fields.js";
import { start as startGallery } from "./gallery.js";

for (const start of [startSwap, startCopy, startDialogs, startFields, startGallery]) {
  start(document);
}
/* Where the side navigation is one line, the page we are on is in sight. */
const here = document.querySelector(".side-nav [aria-current]");
if (here) {
  const [item, line] = [here, here.closest("ul")].map((one) => one.getBoundingClientRect());
  here.closest("ul").scrollLeft += item.left + item.width / 2 - line.left - line.width / 2;
}
/* A swapped-in part gets the same treatment. */
document.addEventListener("dalan:swapped", (event) => {
  for (const start of [startCopy, startFields, startGallery]) start(event.target);
});
