// Pages of tickets: those that a page handed over, until the time that it says itself.

import { TICKETS, ageOf, find, keep, keepParts, marked, partsOf } from "./store";

/** The header field that says until when a page is kept. */
const UNTIL = "x-until";

const NAME = /^(?:\/[a-z]{2})?(\/b\/[\w-]+|\/tickets)$/;

/** The name that a page of tickets is kept under: its address without the language. Empty for every other page. */
export const ticketName = (path: string): string => NAME.exec(path)?.[1] ?? "";

/** The time until which a page says that it may be kept; NaN when it says nothing. */
const untilOf = (text: string): number => Date.parse(/<main[^>]* data-keep-until="([^"]+)"/.exec(text)?.[1] ?? "");

/** Whether a page of tickets is kept. */
export const hasTicket = async (name: string): Promise<boolean> => Boolean(await find(TICKETS, name));

/** The page of tickets that is kept under a name, as it is shown without a network. */
export async function ticket(name: string): Promise<Response | undefined> {
  const kept = await find(TICKETS, name);
  if (!kept) return undefined;
  if (!isOver(kept)) return marked(kept);
  await sweep();
  return undefined;
}

const isOver = (kept: Response): boolean => !(Date.parse(kept.headers.get(UNTIL) ?? "") > Date.now());

/**
 * Takes in what the network says about a page of tickets: keeps it, or throws away what was kept when it may not be kept any more, is
 * gone or is not the visitor's. Says whether it is kept.
 */
export async function take(name: string, answer: Response): Promise<boolean> {
  const refused = [401, 403, 404, 410].includes(answer.status);
  if (!refused && !answer.ok || answer.url && ticketName(new URL(answer.url).pathname) !== name) return hasTicket(name); // it says nothing
  const text = refused ? "" : await answer.text();
  const until = untilOf(text);
  if (until > Date.now()) {
    await keep(TICKETS, name, answer, text, { [UNTIL]: new Date(until).toISOString() });
    await keepParts(TICKETS, text);
  } else {
    await (await caches.open(TICKETS)).delete(name);
  }
  await sweep();
  return until > Date.now();
}

/** Keeps the page at a path because it asked for it. Says whether it is kept. */
export async function handOver(path: string): Promise<boolean> {
  const name = ticketName(path);
  if (!name) return false;
  const kept = await find(TICKETS, name);
  if (kept && ageOf(kept) < 60_000) return true; // as it was opened just now
  return take(name, await fetch(path, { cache: "no-store" }));
}

/** Throws away what is over, and what no page of tickets shows any more. */
export async function sweep(): Promise<void> {
  const store = await caches.open(TICKETS);
  const used = new Set<string>();
  const parts: string[] = [];
  for (const { url } of await store.keys()) {
    const path = new URL(url).pathname;
    const kept = await store.match(path);
    if (!kept || !ticketName(path)) parts.push(path);
    else if (isOver(kept)) await store.delete(path);
    else for (const part of partsOf(await kept.text())) used.add(part);
  }
  await Promise.all(parts.map((part) => used.has(part) || store.delete(part)));
}

/** Items of a list that leads to the tickets that are kept. */
export async function ticketList(language: string): Promise<string> {
  const store = await caches.open(TICKETS);
  let items = "";
  for (const { url } of await store.keys()) {
    const path = new URL(url).pathname;
    const kept = path.startsWith("/b/") ? await store.match(path) : undefined;
    const title = kept && !isOver(kept) && /<title>([^<]+)/.exec(await kept.text())?.[1];
    if (title) items += `<li><a href="/${language}${path}">${title}</a></li>`;
  }
  return items;
}
