// Pages that look again by themselves must not take away somebody who is on the way to another one: a navigation begun by script ends the one
// that a click has begun.

/** How long a page that was asked for may take to come. What does not come in that time, such as a file to be saved, is not gone to. */
const ON_THE_WAY = 30_000; // ms

/** Watches whether somebody leaves the page, and returns what says so. Only for pages that need it: a few browsers keep no page for "back" that watches. */
export function leaving(): () => boolean {
  let since = -Infinity;
  addEventListener("beforeunload", () => (since = performance.now()));
  addEventListener("pageshow", ({ persisted }) => { if (persisted) since = -Infinity; }); // come back to
  return () => performance.now() - since < ON_THE_WAY;
}
