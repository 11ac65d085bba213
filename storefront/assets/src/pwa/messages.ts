// What pages and the service worker tell each other. A page may be older than the worker, so what is here stays.

/** To the worker: a page was opened or the network came back; the page may be kept; take over; keep nothing any more; how a payment ended cannot be asked for. */
export type ToWorker =
  | { type: "hello" | "keep" | "activate" | "forget" }
  | { type: "lost"; path: string };

/** From the worker: the page is kept, or could not be; how a payment ended whose page was lost; nothing is kept any more. */
export type FromWorker =
  | { type: "kept"; kept: boolean }
  | { type: "found"; path: string; paid: boolean }
  | { type: "forgotten" };
