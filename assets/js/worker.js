// The service worker, served at /sw.js with what precedes it there: build (a
// name that changes with the program), shell (scripts and styles) and away
// (the page for what was never seen). It reads from the network first, always.
// Only a record's page that the server marks Regulars-Keep is kept, for its
// reader, the latest fifty; signing out, somebody else or the sign-in page
// empties that. Nothing that changes something is ever kept or repeated here.
const kept = "rg-pages-";
const shelf = "rg-shell-" + build;
const most = 50;
const foreign = /^\/(api|s|u|q|f|calendar|help|setup|invite|reset|sw\.js|up|readyz|healthz)(\/|$)/;

const named = async (prefix) => (await caches.keys()).filter((name) => name.startsWith(prefix));
const drop = async (prefix, but) => Promise.all((await named(prefix)).filter((name) => name !== but).map((name) => caches.delete(name)));

self.addEventListener("install", (event) => event.waitUntil((async () => {
  await (await caches.open(shelf)).addAll([...shell, away]);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  await drop("rg-shell-", shelf);
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(drop(kept));
});

/** A page with something written onto its body, for the page's own scripts. */
async function marked(answer, attribute, headers = {}) {
  const all = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length"]) all.delete(name);
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response((await answer.text()).replace("<body ", `<body ${attribute} `), { headers: all });
}

async function keep(url, answer, person) {
  const now = Date.now();
  await drop(kept, kept + person);
  const cache = await caches.open(kept + person);
  const title = /<h1[^>]*>\s*([^<]+)/.exec(await answer.clone().text())?.[1] ?? "";
  const copy = await marked(answer, `data-seen="${now}"`, { "Regulars-Seen": String(now), "Regulars-Title": encodeURIComponent(title) });
  await cache.delete(url.pathname);
  await cache.put(url.pathname, copy);
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((old) => cache.delete(old)));
}

async function seen(url) {
  for (const name of await named(kept)) {
    const page = await (await caches.open(name)).match(url.pathname);
    if (page) return page;
  }
  return undefined;
}

async function elsewhere(why) {
  const page = await (await caches.open(shelf)).match(away);
  return page ? marked(page, `data-away="${why}"`) : Response.error();
}

async function read(event, url) {
  let answer;
  try {
    answer = await fetch(event.request);
  } catch {
    return (await seen(url)) ?? elsewhere("get");
  }
  if (answer.status === 502 || answer.status === 504) return (await seen(url)) ?? answer; // the proxy is there, the house is not
  const person = answer.headers.get("Regulars-Keep");
  if (person && answer.ok) event.waitUntil(keep(url, answer.clone(), person));
  else if (url.pathname === "/login" && answer.ok) event.waitUntil(drop(kept)); // nobody is signed in
  else if (answer.status === 403 || answer.status === 404) event.waitUntil(named(kept).then((all) => Promise.all(all.map(async (name) => (await caches.open(name)).delete(url.pathname)))));
  return answer;
}

async function change(event, url) {
  if (url.pathname === "/logout") await drop(kept);
  try {
    return await fetch(event.request);
  } catch {
    return elsewhere("post");
  }
}

async function file(request) {
  const exact = await caches.match(request);
  if (exact) return exact;
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreSearch: true })) ?? Response.error(); // a page kept before an upgrade
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin || foreign.test(url.pathname)) return;
  if (event.request.mode === "navigate") {
    if (event.request.method === "GET") event.respondWith(read(event, url));
    else if (event.request.method === "POST") event.respondWith(change(event, url));
  } else if (event.request.method === "GET" && url.pathname.startsWith("/assets/")) event.respondWith(file(event.request));
});
