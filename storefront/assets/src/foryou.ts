// Suggestions: fills the sections that pages keep free for them, takes opinions without leaving the page, and tells the server what
// was looked at by somebody who has agreed to that. Of others it tells nothing.

import { posters, seen } from "./browse";

const PATH = `/${document.documentElement.lang}/for-you`;
const CHOSEN = "[data-suggestion] a";

/** Whether the visitor has agreed that the server remembers. */
const agreed = (): boolean => /(^|; )personal=yes(;|$)/.test(document.cookie);

/** Tells the server of events, once the page has nothing better to do. */
function tell(kind: string, events: string[], surface = ""): void {
  if (!events.length || !agreed()) return;
  const body = new URLSearchParams({ kind, surface, city: document.body.dataset["city"] ?? "" });
  for (const event of events) body.append("event", event);
  navigator.sendBeacon(`${PATH}/seen`, body);
}

/** Notes what was in sight, at least half of it for a second. */
function watch(box: Element): void {
  const timers = new Map<Element, number>();
  const observer = new IntersectionObserver((changes) => {
    for (const { isIntersecting, target } of changes) {
      clearTimeout(timers.get(target));
      if (!isIntersecting) continue;
      timers.set(target, setTimeout(() => {
        observer.unobserve(target);
        const { suggestion, surface } = (target as HTMLElement).dataset;
        tell("shown", [suggestion!], surface);
      }, 1000));
    }
  }, { threshold: 0.5 });
  for (const card of box.querySelectorAll("[data-suggestion]")) observer.observe(card);
}

/** Asks for the suggestions of a section. Where there are none it goes, or says so where going would move what is seen. */
async function fill(section: HTMLElement): Promise<void> {
  const { forYou, eventId } = section.dataset;
  const body = new URLSearchParams({ surface: forYou!, event: eventId ?? "", city: document.body.dataset["city"] ?? "" });
  for (const { id } of seen()) if (id) body.append("recent", id);
  for (const { dataset } of document.querySelectorAll<HTMLElement>(".slide")) body.append("shown", dataset["eventId"] ?? "");
  const box = section.querySelector("[data-fill]")!, none = section.querySelector<HTMLElement>("[data-none]")!;
  try {
    const answer = await fetch(PATH, { method: "POST", body });
    if (answer.status === 200) {
      box.innerHTML = await answer.text();
      box.append(none); // the next answer may be nothing
      posters(box.querySelectorAll("[data-poster].poster"), 100); // most visitors never get as far
      watch(box);
      return;
    }
  } catch {
    // Offline: the page is as good without.
  }
  section.hidden = section.getBoundingClientRect().top > innerHeight;
  none.hidden = false;
  box.replaceChildren(none);
}

/** Takes an opinion: sends its form in the background and shows what has changed. */
async function opine(section: HTMLElement, form: HTMLFormElement): Promise<void> {
  const body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>), button = form.querySelector("button")!;
  body.set("quiet", "1");
  const likes = form.dataset["opinion"] === "like" && button.ariaPressed === "true";
  if (likes) body.set("undo", "1");
  const taken = await fetch(form.action, { method: "POST", body }).then((answer) => answer.ok, () => false);
  if (!taken) return form.submit(); // the page that comes says what is wrong
  const card = form.closest("[data-suggestion]"), there = card?.querySelector<HTMLElement>("[data-there]"), gone = card?.querySelector<HTMLElement>("[data-gone]");
  const hide = (hidden: boolean): void => {
    there!.hidden = hidden;
    gone!.hidden = !hidden;
    section.querySelector("[role=status]")!.textContent = hidden ? gone!.querySelector("p")!.textContent : gone!.dataset["again"]!;
    (hidden ? gone : there!.querySelector<HTMLElement>("[data-opinion=hide]"))!.querySelector("button")!.focus();
  };
  switch (form.dataset["opinion"]) {
    case "like":
      button.ariaPressed = String(!likes);
      return;
    case "hide":
      return hide(true);
    case "undo":
      if (card) return hide(false);
  }
  if (!section.dataset["forYou"]) return location.reload();
  await fill(section);
  section.querySelector("h2")?.focus();
}

/** Adds all of it to the page. */
export function forYou(): void {
  const event = document.querySelector<HTMLElement>("[data-event]")?.dataset["event"];
  if (event) tell("view", [event]);
  if (document.querySelector("[data-forgotten]")) localStorage.removeItem("seen");
  const near = new IntersectionObserver((changes) => {
    for (const { isIntersecting, target } of changes) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      void fill(target as HTMLElement);
    }
  }, { rootMargin: "400px 0px" });
  for (const section of document.querySelectorAll<HTMLElement>("[data-for-you], [data-suggested]")) {
    if (section.dataset["forYou"]) near.observe(section);
    else watch(section);
    section.addEventListener("submit", (submitted) => {
      submitted.preventDefault();
      void opine(section, submitted.target as HTMLFormElement);
    });
    section.addEventListener("click", ({ target }) => {
      const card = (target as Element).closest(CHOSEN)?.closest<HTMLElement>("[data-suggestion]");
      if (card) tell("click", [card.dataset["suggestion"]!], card.dataset["surface"]);
    });
  }
}
