// Public pages, and the files that pages are made of.

import { isForgotten, find, keep, marked, put, PAGES, PICTURES, SHELL, trim } from "./store";

/** How many of the last public pages are kept, and how many pictures. */
const MOST_PAGES = 30, MOST_PICTURES = 80;

/** Paths of pages that are somebody's own, whatever they say of themselves. */
const PERSONAL = /^\/[a-z]{2}\/(b|bookings|forget|holds|inbox|shows|tickets|w)(\/|$)/;

/** Whether a page may be public by its address. */
export const mayBePublic = (path: string): boolean => /^\/[a-z]{2}(\/|$)/.test(path) && !PERSONAL.test(path);

/** Whether a page says that it is the same for everybody. */
function isPublic(answer: Response): boolean {
  const control = answer.headers.get("cache-control") ?? "";
  return answer.ok && /\bpublic\b/.test(control) && !/no-store|private/.test(control) && (answer.headers.get("content-type") ?? "").startsWith("text/html");
}

/** Keeps a page if it is public. */
export async function keepPage(url: string, answer: Response): Promise<void> {
  if (!isPublic(answer) || !mayBePublic(new URL(url).pathname)) return answer.body?.cancel();
  await keep(PAGES, url, answer);
  await trim(PAGES, MOST_PAGES);
}

/** The page that is kept of an address, as it is shown without a network. */
export async function page(url: string): Promise<Response | undefined> {
  const kept = await find(PAGES, url);
  return kept && marked(kept);
}

/** Answers with a file, from memory where it is kept. Posters are asked for anew behind the answer: they keep their names. */
export async function file(request: Request, later: (work: Promise<unknown>) => void): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  const path = new URL(request.url).pathname;
  if (kept && !path.startsWith("/posters/")) return kept;
  const fresh = fetch(request).then((answer) => {
    if (answer.ok && !isForgotten()) later(keepFile(path, request, answer.clone()));
    return answer;
  });
  later(fresh.catch(() => undefined));
  return kept ?? fresh;
}

async function keepFile(path: string, request: Request, answer: Response): Promise<void> {
  if (path.startsWith("/assets/")) return put(SHELL, request, answer);
  await put(PICTURES, request, answer);
  await trim(PICTURES, MOST_PICTURES);
}
