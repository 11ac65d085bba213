// Deadlines that count down, and pages that look again for an outcome.

import { announce } from "./announce";
import { say } from "./words";

const SECOND = 1000;

/** When screen readers are told, in seconds before the end. */
const WARNINGS = [300, 120, 60, 20];

/** Counts a deadline down by the time that has passed here: this computer's clock may be wrong. */
function countDown(box: HTMLElement): void {
  const shown = box.querySelector<HTMLElement>("[data-clock]");
  const polite = box.querySelector("[data-clock-say]"), urgent = box.querySelector("[data-clock-alert]");
  const more = box.querySelector("form") ? ` ${say("more_time")}` : "";
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
    // A moment later the server agrees that the time is over. The page is asked for by its address: it may be the answer to a form,
    // and loading that anew would send the form again.
    setTimeout(() => { if (!document.querySelector("form :focus")) location.replace(location.pathname + location.search); }, 2 * SECOND);
  };
  const timer = setInterval(tick, SECOND / 4);
  tick();
}

/** Starts the countdowns of the page, and what looks again in a moment. */
export function countdown(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-left]")) countDown(box);
  for (const box of document.querySelectorAll<HTMLElement>("[data-reload]")) {
    setTimeout(() => location.replace(box.dataset["reload"]!), 4 * SECOND);
  }
}
