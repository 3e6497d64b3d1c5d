// Drag and drop for the board page only, loaded on demand.
export { default } from "sortablejs/modular/sortable.core.esm.js";
