// htmx 4 inherits no headers from <body>: every changing request gets the token here.
import { token } from "./page.js";

document.addEventListener("htmx:config:request", (event) => {
  const request = event.detail.ctx.request;
  if (!/^(get|head)$/i.test(request.method)) request.headers["X-CSRF-Token"] = token();
});
