// The product works without any of this: every flow is a link or a form. Each
// module adds one comfort, listens on the document (so that parts swapped in
// later have it too) and is asked for by data- attributes in the templates.
import "./csrf.js";
import "./submit.js";
import "./toast.js";
import "./palette.js";
import "./shortcut.js";
import "./bulk.js";
import "./cell.js";
import "./builder.js";
import "./dialog.js";
import "./live.js";
import "./alike.js";
import "./title.js";
import "./copy.js";
import "./theme.js";
import "./invalid.js";
import "./composer.js";
import "./mention.js";
import "./scroll.js";
import "./here.js";
import "./order-lines.js";
import "./related.js";
import "./own.js";
import "./shown.js";
import "./weights.js";
import "./find.js";
import "./print.js";
import "./offline.js";
import "./draft.js";
import "./board.js";
import "./pipeline.js";
import "./arrange.js";
