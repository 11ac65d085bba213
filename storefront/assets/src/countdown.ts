// Deadlines that count down, and pages that wait for an outcome.

import { announce } from "./announce";
import { leaving } from "./leaving";
import { lost } from "./pwa/page";
import { say } from "./words";

const SECOND = 1000;

/** When screen readers are told, in seconds before the end. */
const WARNINGS = [300, 120, 60, 20];

/** Looks at the page again, with what was typed into the form for who buys. Without that it is asked for by its address: it may be the
 *  answer to a form, and loading that anew would send the form again. */
function lookAgain(): void {
  const form = document.querySelector<HTMLFormElement>("form[data-look]");
  const typed = form && [...form.elements].some((field) => field instanceof HTMLInputElement && field.type !== "hidden" && field.value);
  if (!typed) return location.replace(location.pathname + location.search);
  form.action = form.dataset["look"]!;
  form.submit();
}

/** Looks again as soon as that disturbs nobody who types or goes elsewhere, and there is a network: without one the browser's own page would take what was typed. */
function lookOnceFree(gone: () => boolean): void {
  const look = () => {
    if (gone()) setTimeout(look, SECOND);
    else if (navigator.onLine && !document.querySelector("form :focus, [form]:focus")) lookAgain();
  };
  addEventListener("online", look);
  addEventListener("focusout", () => setTimeout(look, SECOND)); // who only goes on to the next field has it by then, and what was pressed leads away
  look();
}

/** Counts a deadline down by the time that has passed here: this computer's clock may be wrong. */
function countDown(box: HTMLElement, gone: () => boolean): void {
  const shown = box.querySelector<HTMLElement>("[data-clock]");
  const polite = box.querySelector("[data-clock-say]"), urgent = box.querySelector("[data-clock-alert]");
  const more = box.querySelector("button") ? ` ${say("more_time")}` : "";
  const total = Number(box.dataset["left"]), begun = performance.now(), date = Date.now();
  // By the clock that has gone further: one stands still while the device sleeps, the other may be set back.
  const passed = () => Math.max(performance.now() - begun, Date.now() - date);
  const warnings = WARNINGS.filter((s) => s * SECOND < total);
  if (shown) shown.hidden = false;
  const tick = () => {
    const left = Math.max(0, total - passed()), seconds = Math.ceil(left / SECOND);
    if (shown) shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    box.classList.toggle("soon", seconds <= 60);
    for (let at = warnings[0]; at !== undefined && seconds <= at; at = warnings[0]) {
      warnings.shift();
      const text = at >= 60 ? say("minutes_left", { count: Math.ceil(seconds / 60) }) : say("seconds_left", { count: seconds });
      announce(at <= 60 ? urgent : polite, text + more);
    }
    if (left > 0) return;
    clearInterval(timer);
    announce(urgent, say("time_over"));
    setTimeout(() => lookOnceFree(gone), 2 * SECOND); // a moment later the server agrees that the time is over
  };
  const timer = setInterval(tick, SECOND / 4);
  tick();
}

/** How long an outcome is waited for before it is asked for: first, by how much more each time, and at most. ANSWER is how long the server may take. */
const FIRST = 4 * SECOND, SLOWER = 1.5, LONGEST = 30 * SECOND, ANSWER = 15 * SECOND;

/**
 * Asks for an outcome until there is one, and then goes to its page. Nothing is loaded before: that would take away the focus and
 * where one was reading.
 */
function awaitOutcome(box: HTMLElement, gone: () => boolean): void {
  const told = box.querySelector<HTMLElement>("[data-await-say]");
  if (told) told.hidden = false;
  const address = box.dataset["await"]!;
  const ask = async (): Promise<boolean> => {
    const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWER) });
    // A server that has too much to do: that is no outcome.
    if (answer.status >= 500 || answer.status === 429 || /<main[^>]* data-payment-pending/.test(await answer.text())) return false;
    announce(told, say("answered"));
    const go = () => { if (gone()) setTimeout(go, SECOND); else location.replace(answer.url); };
    setTimeout(go, 2 * SECOND); // once it has been read out
    return true;
  };
  const later = (pause: number) => {
    setTimeout(async () => {
      const done = await ask().catch(() => lost(address)); // no network, or none that one would notice
      if (!done) later(Math.min(LONGEST, pause * SLOWER));
    }, pause);
  };
  later(FIRST);
}

/** Starts the countdowns of the page, and what waits for an outcome. */
export function countdown(): void {
  const clocks = document.querySelectorAll<HTMLElement>("[data-left]"), waits = document.querySelectorAll<HTMLElement>("[data-await]");
  if (!clocks.length && !waits.length) return;
  const gone = leaving();
  for (const box of clocks) countDown(box, gone);
  for (const box of waits) awaitOutcome(box, gone);
}
