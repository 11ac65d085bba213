// "Forget this device": with script it clears what is kept here before the server has the browser clear the rest.

import { type Lines, words } from "./lines";
import type { ToWorker } from "./messages";

const PATIENCE = 1000; // ms that the worker may take to answer

/** Has the worker keep nothing any more, so that nothing comes after it was cleared. */
async function silence(worker: ServiceWorker | null): Promise<void> {
  if (!worker) return;
  const { port1, port2 } = new MessageChannel();
  const silent = new Promise<void>((done) => {
    port1.onmessage = () => done();
    setTimeout(done, PATIENCE);
  });
  worker.postMessage({ type: "forget" } satisfies ToWorker, [port2]);
  await silent;
}

async function dropWorkers(): Promise<void> {
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    await silence(registration.active);
    await (await registration.pushManager?.getSubscription())?.unsubscribe().catch(() => false); // it ends with the registration anyway
    await registration.unregister();
  }
}

async function dropCaches(): Promise<void> {
  for (const name of (await window.caches?.keys()) ?? []) await caches.delete(name);
}

async function dropDatabases(): Promise<void> {
  for (const { name } of (await indexedDB.databases?.()) ?? []) if (name) indexedDB.deleteDatabase(name);
}

async function dropStorage(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
}

/** Takes a form over that has the server forget the browser. */
export function forget(form: HTMLFormElement, lines: Lines): void {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await Promise.allSettled([dropWorkers(), dropDatabases(), dropStorage()]);
    await dropCaches().catch(() => undefined); // last: the worker adds no more
    if (navigator.onLine) form.submit();
    else lines.show("forget", words["pwa_forget_later"]); // cookies are out of our reach
  });
}
