// What every page needs, and the page that stands for those that cannot be had.

import { DAY, files } from "./scope";
import { SHELL, ageOf, find, keep, keepParts } from "./store";
import { ticketList } from "./tickets";

const pathOf = (language: string): string => `/${language}/offline`;

/** Keeps what every page needs. */
export async function keepShell(): Promise<void> {
  await (await caches.open(SHELL)).addAll([...files]);
}

/** Keeps the offline page of a language, and asks for it anew once a day. */
export async function keepOffline(language: string): Promise<void> {
  const kept = language && (await find(SHELL, pathOf(language)));
  if (!language || kept && ageOf(kept) < DAY) return;
  const answer = await fetch(pathOf(language), { cache: "no-cache" });
  if (!answer.ok) return;
  const text = await answer.text();
  await keep(SHELL, pathOf(language), answer, text);
  await keepParts(SHELL, text);
}

/** The offline page in a language, or else in one that is kept. */
async function pageIn(language: string): Promise<Response | undefined> {
  const kept = await find(SHELL, pathOf(language));
  if (kept) return kept;
  const store = await caches.open(SHELL);
  const other = (await store.keys()).find((key) => key.url.endsWith("/offline"));
  return other && store.match(other);
}

/** The page that says that there is no network. Lost says that it stands for the outcome of a payment. */
export async function offlinePage(language: string, lost: boolean): Promise<Response> {
  const kept = await pageIn(language);
  if (!kept) return Response.error();
  let text = await kept.text();
  const items = await ticketList(/<html lang="([a-z]+)/.exec(text)?.[1] ?? language); // the address may have none
  if (lost) text = text.replace("data-lost hidden", "data-lost");
  if (items) text = text.replace("data-kept hidden", "data-kept").replace("data-kept-list>", (list) => list + items);
  return new Response(text, { headers: kept.headers });
}

/** The words of a language for what is said outside of pages; none where they are not known. */
export async function wordsIn(language: string): Promise<Record<string, unknown>> {
  const text = await (await pageIn(language))?.text();
  const found = /id="words"[^>]*>([^<]+)/.exec(text ?? "")?.[1];
  try {
    return JSON.parse(found ?? "{}") as Record<string, unknown>;
  } catch {
    return {};
  }
}
