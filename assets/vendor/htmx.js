// The one partial-page library, as an ES module; our own scripts find it on window.
import htmx from "htmx.org/dist/htmx.esm.js";
window.htmx = htmx;
