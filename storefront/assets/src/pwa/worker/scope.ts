// What the worker runs in, with what the compiler's library does not know.

/** Background Sync: not in every browser. */
interface SyncManager { register(tag: string): Promise<void> }

export interface SyncEvent extends ExtendableEvent { readonly tag: string }

interface Registration extends ServiceWorkerRegistration { readonly sync?: SyncManager }

interface Scope extends Omit<ServiceWorkerGlobalScope, "registration"> {
  readonly registration: Registration;
  addEventListener: ServiceWorkerGlobalScope["addEventListener"] & ((type: "sync", listener: (event: SyncEvent) => void) => void);
}

export const worker = globalThis as unknown as Scope;

/** Addresses of what every page needs. The build fills it in. */
declare const FILES: readonly string[];

/** Another one whenever the worker or one of FILES is. The build fills it in. */
declare const VERSION: string;

export const files = FILES;
export const version = VERSION;

/** The language of an address of ours; empty when it has none. */
export const languageOf = (path: string): string => /^\/([a-z]{2})(?:\/|$)/.exec(path)?.[1] ?? "";

export const DAY = 24 * 60 * 60 * 1000; // ms
