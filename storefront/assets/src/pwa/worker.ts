// The service worker: the shop without a network. What it keeps, and why, is in docs/adr/0014-what-a-device-keeps.md.
// It answers for navigations and for files of ours; everything else goes to the network as if it were not there.

import type { FromWorker, ToWorker } from "./messages";
import { lookUp, remember, TAG } from "./worker/lost";
import { file, keepPage, mayBePublic, page } from "./worker/pages";
import { languageOf, worker } from "./worker/scope";
import { keepOffline, keepShell, offlinePage } from "./worker/shell";
import { forget, isForgotten, tidy } from "./worker/store";
import { handOver, hasTicket, sweep, take, ticket, ticketName } from "./worker/tickets";

/** How long the network may take before a copy is shown, in ms: at an entrance nobody waits. */
const PAGE_WAIT = 4000, TICKET_WAIT = 2000;

/** Paths that are none of our business. */
const NEVER = /^\/(api|webhooks|sandbox|operator|preview|healthz|readyz)(\/|$)/;

const FILE = /^\/(assets|brand|posters)\//;

// ---- Life --------------------------------------------------------------------

worker.addEventListener("install", (event) => event.waitUntil(install()));

/** Keeps what every page needs, and the pages that are open: they were there before the worker was. */
async function install(): Promise<void> {
  await keepShell();
  const open = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const urls = open.map((client) => new URL(client.url));
  await Promise.all([...new Set(urls.map((url) => languageOf(url.pathname)))].map(keepOffline));
  await Promise.allSettled(urls.filter((url) => mayBePublic(url.pathname)).map(async ({ pathname, search, origin }) =>
    keepPage(origin + pathname + search, await fetch(pathname + search))));
}

worker.addEventListener("activate", (event) => event.waitUntil(activate()));

async function activate(): Promise<void> {
  await tidy();
  await worker.registration.navigationPreload?.enable();
  await worker.clients.claim();
}

// ---- What pages say ----------------------------------------------------------

worker.addEventListener("message", (event) => event.waitUntil(hear(event)));

async function hear(event: ExtendableMessageEvent): Promise<void> {
  const from = event.source as WindowClient | null;
  const answer = (message: FromWorker): void => (event.ports[0] ?? from)?.postMessage(message);
  const path = from ? new URL(from.url).pathname : "";
  const message = event.data as ToWorker;
  switch (message.type) {
    case "hello":
      await Promise.allSettled([lookUp(), sweep(), keepOffline(languageOf(path))]);
      break;
    case "keep":
      answer({ type: "kept", kept: await handOver(path).catch(() => false) });
      break;
    case "activate":
      await worker.skipWaiting();
      break;
    case "forget":
      await forget();
      answer({ type: "forgotten" });
      break;
    case "lost":
      await remember(new URL(message.path, worker.location.origin)).catch(() => false);
  }
}

worker.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(lookUp().then((done) => { if (!done) throw new Error("not known yet"); }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(worker.clients.openWindow(event.notification.data as string));
});

// ---- What pages ask for ------------------------------------------------------

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || request.headers.has("range") || NEVER.test(url.pathname) || isForgotten()) return;
  if (FILE.test(url.pathname)) event.respondWith(file(request, (work) => event.waitUntil(work)));
  else if (request.mode === "navigate" && request.destination === "document") event.respondWith(navigate(event, url));
});

/** Answers with a page: the network's, or else a copy, or else the one that says that there is no network. */
async function navigate(event: FetchEvent, url: URL): Promise<Response> {
  const name = ticketName(url.pathname.replace(/\/return$/, ""));
  const answer = ask(event, url, name);
  event.waitUntil(answer.catch(() => undefined));
  const slow = new Promise<undefined>((done) => setTimeout(done, name ? TICKET_WAIT : PAGE_WAIT));
  const first = await Promise.race([answer.catch(() => undefined), slow]);
  if (first && !(name && first.status >= 500)) return first;
  const kept = await (name ? ticket(name) : page(url.href.replace(/#.*/, ""))).catch(() => undefined);
  if (kept) return kept;
  try {
    return first ?? (await answer); // however late
  } catch {
    return offlinePage(languageOf(url.pathname), await remember(url).catch(() => false));
  }
}

/** Asks the network for a page, and keeps what may be kept of its answer. */
async function ask(event: FetchEvent, url: URL, name: string): Promise<Response> {
  const answer = ((await event.preloadResponse) as Response | undefined) ?? (await fetch(event.request));
  if (answer.type === "basic") event.waitUntil(learn(url, name, answer.clone()).catch(() => undefined)); // redirects are opaque
  return answer;
}

async function learn(url: URL, name: string, answer: Response): Promise<void> {
  if (!name) await keepPage(url.href.replace(/#.*/, ""), answer);
  else if (await hasTicket(name)) await take(name, answer);
  else await answer.body?.cancel();
}
