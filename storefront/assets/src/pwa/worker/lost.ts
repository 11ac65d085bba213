// Confirmations that were lost: a buyer came back from paying and there was no network. The worker remembers the booking and looks its
// outcome up as soon as there is one.

import type { FromWorker } from "../messages";
import { DAY, languageOf, worker } from "./scope";
import { wordsIn } from "./shell";
import { ageOf, find, isForgotten, keep, LOST } from "./store";
import { take } from "./tickets";

/** What Background Sync calls it. */
export const TAG = "lost-confirmation";

const BOOKING = /^\/[a-z]{2}(\/b\/[\w-]+)(\/return)?$/;

/** Remembers a booking whose page could not be had. Says whether the address is one that buyers come back to from paying: another may be an old link. */
export async function remember(url: URL): Promise<boolean> {
  const [, name, back] = BOOKING.exec(url.pathname) ?? [];
  if (!name || !back && url.searchParams.get("returned") !== "1" || isForgotten()) return false;
  await keep(LOST, name, new Response(url.pathname + url.search));
  await worker.registration.sync?.register(TAG).catch(() => undefined); // where it is not allowed, pages wake us
  return true;
}

let looking: Promise<boolean> | undefined, next: Promise<boolean> | undefined;

/**
 * Looks up all that was lost, and says whether nothing is left to be looked up. Who asks while that goes on has it done once more: the
 * network may have come back in between.
 */
export function lookUp(): Promise<boolean> {
  if (!looking) return (looking = lookUpAll().finally(() => (looking = undefined)));
  return (next ??= looking.catch(() => false).then(() => {
    next = undefined;
    return lookUp();
  }));
}

async function lookUpAll(): Promise<boolean> {
  const store = await caches.open(LOST);
  let done = true;
  for (const { url } of await store.keys()) {
    const name = new URL(url).pathname;
    const note = await find(LOST, name);
    if (!note) continue;
    const old = ageOf(note) > DAY; // the mail has come by now
    const path = await note.text();
    const paid = await outcome(name, path);
    if (paid === undefined && !old) {
      done = false;
      continue;
    }
    await store.delete(name);
    if (paid !== undefined) await tell(`/${languageOf(path)}${name}`, paid);
  }
  return done;
}

/** Whether a booking has been paid; undefined while nobody knows. Tickets are kept. */
async function outcome(name: string, path: string): Promise<boolean | undefined> {
  try {
    const answer = await fetch(path, { cache: "no-store" });
    if (answer.status >= 500 || answer.status === 429) return undefined;
    const pending = /<main[^>]* data-payment-pending/.test(await answer.clone().text());
    return pending ? undefined : await take(name, answer);
  } catch {
    return undefined; // there is no network yet
  }
}

/** Tells the pages that are open, and who looks at none of them if he has allowed it. */
async function tell(path: string, paid: boolean): Promise<void> {
  const open = await worker.clients.matchAll({ includeUncontrolled: true, type: "window" });
  const news: FromWorker = { type: "found", path, paid };
  for (const client of open) client.postMessage(news);
  if (open.some((client) => client.visibilityState === "visible") || Notification.permission !== "granted") return;
  const words = await wordsIn(languageOf(path));
  const title = words[paid ? "pwa_paid" : "pwa_looked_up"];
  if (title) await worker.registration.showNotification(String(title), { tag: path, data: path, lang: languageOf(path) });
}
