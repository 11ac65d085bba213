// The worker's caches, and what they have in common.

import { version } from "./scope";

const OURS = "marquee-";

/** What every page needs, and the pages that say that there is no network. */
export const SHELL = `${OURS}shell-${version}`;

/** Public pages that were opened lately. */
export const PAGES = `${OURS}pages-${version}`;

/** Posters, logos and the brands' style sheets. */
export const PICTURES = `${OURS}pictures`;

/** Pages of tickets with all that they show. They outlive the worker. */
export const TICKETS = `${OURS}tickets`;

/** Bookings whose payment ended where nobody could see it. */
export const LOST = `${OURS}lost`;

/** The header field that says when something was kept. */
const SAVED = "x-saved";

let forgotten = false;

/** Whether nothing is to be kept any more. */
export const isForgotten = (): boolean => forgotten;

/** Puts an answer into a cache. */
export async function put(cache: string, key: RequestInfo, answer: Response): Promise<void> {
  const store = await caches.open(cache);
  if (forgotten) await caches.delete(cache); // not earlier: it may have been forgotten meanwhile
  else await store.put(key, answer);
}

/** Puts a page into a cache, with the time. Body is its text where that has been read. */
export function keep(cache: string, key: string, answer: Response, body: BodyInit | null = answer.body, more: Record<string, string> = {}): Promise<void> {
  const headers = new Headers(answer.headers);
  headers.delete("content-encoding"); // the body is not encoded any more
  headers.delete("content-length");
  headers.set(SAVED, new Date().toISOString());
  for (const name in more) headers.set(name, more[name]!);
  return put(cache, key, new Response(body, { headers })); // a new one also because browsers refuse redirected ones
}

/** Finds what is kept under a key. */
export async function find(cache: string, key: string): Promise<Response | undefined> {
  return (await caches.open(cache)).match(key, { ignoreVary: true });
}

/** How long ago an answer was kept, in ms. */
export const ageOf = (kept: Response): number => Date.now() - Date.parse(kept.headers.get(SAVED) ?? "");

/** A page as it is shown in place of a newer one: it says when it was kept. */
export async function marked(kept: Response): Promise<Response> {
  const text = await kept.text();
  return new Response(text.replace("<main", `<main data-saved-at="${kept.headers.get(SAVED)}"`), { headers: kept.headers });
}

/** Addresses of what a page of ours needs to look as it should. */
export const partsOf = (text: string): string[] => [...new Set(text.match(/\/(?:assets|brand|posters)\/[\w.%-]+/g))];

/** Keeps what a page needs, so that it is there as long as the page. */
export async function keepParts(cache: string, text: string): Promise<void> {
  await Promise.all(partsOf(text).map(async (part) => {
    if (await find(cache, part)) return;
    const answer = (await caches.match(part, { ignoreVary: true })) ?? (await fetch(part));
    if (answer.ok) await put(cache, part, answer);
  }));
}

/** Leaves only the newest of a cache. */
export async function trim(cache: string, most: number): Promise<void> {
  const store = await caches.open(cache);
  const keys = await store.keys(); // the oldest first
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => store.delete(key)));
}

/** Deletes the caches of older workers. */
export async function tidy(): Promise<void> {
  const current = [SHELL, PAGES, PICTURES, TICKETS, LOST];
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && !current.includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Deletes everything, and lets nothing come after it. */
export async function forget(): Promise<void> {
  forgotten = true;
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}
