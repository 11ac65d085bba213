// The pages' side of the shop without a network: it starts the service worker and says what that does. A page that names a manifest takes
// part; docs/architecture.md lists the attributes that it may have.

import { leaving } from "../leaving";
import { forget } from "./forget";
import { Lines, words } from "./lines";
import type { FromWorker, ToWorker } from "./messages";

/** What the tab remembers of somebody who does not want the newer version yet. */
const LATER = "pwa-later";

/** Whether somebody has begun to fill in a form: a page that came anew would lose it. */
const isFilling = (): boolean =>
  [...document.querySelectorAll<HTMLInputElement>("input,textarea")].some((field) => field.value !== field.defaultValue || field.checked !== field.defaultChecked);

const send = (worker: ServiceWorker | null, message: ToWorker): void => worker?.postMessage(message);
const tell = (worker: ServiceWorker | null, type: Exclude<ToWorker["type"], "lost">): void => send(worker, { type });

/** Has the worker look up an outcome that a page could not ask for: it does so even when nobody looks at the page any more. */
export function lost(path: string): void {
  void navigator.serviceWorker?.ready.then(({ active }) => send(active, { type: "lost", path }));
}

/** Says when the page was saved, if it is a copy. */
function showAge(main: HTMLElement): void {
  const saved = main.dataset["savedAt"];
  if (!saved || !words["pwa_saved"]) return;
  const line = document.createElement("p");
  line.className = "pwa-saved";
  const language = document.documentElement.lang;
  const time = new Date(saved).toLocaleString(`${language}-u-nu-latn`, { dateStyle: "long", timeStyle: "short" });
  line.textContent = words["pwa_saved"].replace("{time}", time);
  main.prepend(line);
}

class Page {
  private readonly main = document.querySelector("main") ?? document.body;

  /** Whether lines would be in the way: over a ticket that is held under a scanner, or on the page that says that there is no network. */
  private readonly plain = this.main.matches("[data-keep-until], :has([data-offline])");

  /** Whether somebody leaves the page, where it is one that stands for another. */
  private readonly gone = document.querySelector("[data-offline]") ? leaving() : undefined;

  constructor(private readonly lines: Lines) {}

  start(): void {
    showAge(this.main);
    const offline = (): void => this.lines.show("offline", this.plain ? "" : words["pwa_offline"]);
    addEventListener("offline", offline);
    addEventListener("online", () => this.online());
    if (!navigator.onLine) offline();
    navigator.serviceWorker.addEventListener("message", (event) => this.hear(event.data as FromWorker));
    const register = (): void => void navigator.serviceWorker.register("/sw.js").then((found) => this.watch(found)).catch(() => undefined); // next time
    const idle = (): unknown => "requestIdleCallback" in window ? requestIdleCallback(register, { timeout: 3000 }) : setTimeout(register);
    if (document.readyState === "complete") idle();
    else addEventListener("load", idle);
  }

  private async online(): Promise<void> {
    this.lines.hide("offline");
    tell((await navigator.serviceWorker.ready).active, "hello");
    this.again();
  }

  /** Has a page that stands for another one make way for it, unless somebody is leaving it already. */
  private again(path = location.href): void {
    if (this.gone && !this.gone() && !isFilling()) location.replace(path);
  }

  private async watch(registration: ServiceWorkerRegistration): Promise<void> {
    this.offer(registration);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", () => this.offer(registration));
    });
    const { active } = await navigator.serviceWorker.ready;
    tell(active, "hello");
    const { keepUntil, savedAt } = this.main.dataset;
    if (savedAt) this.ready();
    else if (keepUntil) tell(active, "keep");
  }

  /** Offers the newer worker that waits, if one does and this page is an older one's. */
  private offer({ waiting }: ServiceWorkerRegistration): void {
    const text = words["pwa_update"];
    if (!waiting || !text || this.plain || !navigator.serviceWorker.controller || sessionStorage.getItem(LATER)) return;
    waiting.addEventListener("statechange", () => this.lines.hide("update")); // another page has taken it
    const reload = (): void => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
      tell(waiting, "activate");
    };
    const later = (): void => {
      sessionStorage.setItem(LATER, "1");
      this.lines.hide("update");
    };
    this.lines.show("update", text, [words["pwa_reload"], reload], [words["pwa_later"], later]);
  }

  private hear(news: FromWorker): void {
    if (news.type === "kept" && news.kept) this.ready();
    if (news.type === "found") this.found(news.path, news.paid);
  }

  /** Tells how a payment ended whose page was lost: the page that stands for it makes way, others say so. */
  private found(path: string, paid: boolean): void {
    if (location.pathname.replace(/\/return$/, "") === path) return this.again(path);
    const open = (): void => location.assign(path);
    this.lines.show("found", words[paid ? "pwa_paid" : "pwa_looked_up"], [words["pwa_open"], open], [words["pwa_later"], () => this.lines.hide("found")]);
  }

  /** Says that the page opens without a network, too. */
  private ready(): void {
    for (const mark of document.querySelectorAll<HTMLElement>("[data-offline-ready]")) mark.hidden = false;
    if (matchMedia("(display-mode: standalone)").matches) void navigator.storage?.persist?.(); // an app may ask without a question to its user
  }
}

/** Starts all of it. Without a manifest, or in a browser that has no service workers, only forgetting is left. */
export function pwa(): void {
  const lines = new Lines();
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-forget]")) forget(form, lines);
  if ("serviceWorker" in navigator && document.querySelector("link[rel=manifest]")) new Page(lines).start();
}
