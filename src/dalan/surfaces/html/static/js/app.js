/* Everything here makes pages quicker; none of it is needed. */
import { start as startSwap } from "./swap.js";
import { start as startCopy } from "./copy.js";
import { start as startDialogs } from "./dialogs.js";
import { start as startFields } from "./fields.js";
import { start as startGallery } from "./gallery.js";

for (const start of [startSwap, startCopy, startDialogs, startFields, startGallery]) {
  start(document);
}
/* A swapped-in part gets the same treatment. */
document.addEventListener("dalan:swapped", (event) => {
  for (const start of [startCopy, startFields, startGallery]) start(event.target);
});
