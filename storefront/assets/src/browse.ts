// What a script adds to pages that one looks around on: buttons for the carousel, and a shelf of what was looked at in this
// browser, which is kept here alone.

import { say } from "./words";

/** Adds buttons that move the carousel by one slide. */
function carousel(box: HTMLElement): void {
  const list = box.querySelector("ul")!, slides = [...list.children] as HTMLElement[];
  const move = (steps: number): void => {
    const width = slides[0]!.offsetWidth, way = getComputedStyle(list).direction === "rtl" ? -1 : 1;
    list.scrollBy({ left: steps * way * (width + 16), behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  const button = (name: string, sign: string, steps: number): HTMLButtonElement => {
    const b = document.createElement("button");
    b.type = "button";
    b.className = `carousel-move ${name}`;
    b.ariaLabel = say(`carousel_${name}`);
    b.textContent = sign;
    b.onclick = () => move(steps);
    return b;
  };
  const back = button("back", "‹", -1), on = button("on", "›", 1);
  const ends = (): void => {
    const at = Math.abs(list.scrollLeft);
    back.disabled = at < 8;
    on.disabled = at > list.scrollWidth - list.clientWidth - 8;
  };
  if (slides.length < 2) return;
  list.after(back, on);
  list.addEventListener("scroll", ends, { passive: true });
  ends();
}

/** Loads posters as they come into view, or near it, those of lists that scroll sideways, too. */
export function posters(boxes: NodeListOf<HTMLElement>, near = 400): void {
  const watch = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) continue;
      watch.unobserve(target);
      const image = new Image(300, 450);
      Object.assign(image, { alt: "", decoding: "async", src: (target as HTMLElement).dataset["poster"]! });
      target.replaceChildren(image);
    }
  }, { rootMargin: `${near}px 0px`, scrollMargin: "0px 160px" } as IntersectionObserverInit);
  for (const box of boxes) watch.observe(box);
}

interface Seen { href: string; poster: string; title: string; id?: string }

const SEEN = "seen", SEEN_MOST = 20, SHELF_MOST = 8;

/** What was looked at, the latest first. Storage that is full, forbidden or damaged counts as empty. */
export function seen(): Seen[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(SEEN) ?? "[]");
    return Array.isArray(list) ? list.filter((one): one is Seen => typeof one?.href === "string" && one.href.startsWith("/")) : [];
  } catch {
    return [];
  }
}

/** Remembers the event of the page. */
function remember(page: HTMLElement): void {
  const now: Seen = { href: location.pathname, poster: page.dataset["poster"] ?? "", title: page.dataset["title"] ?? "", id: page.dataset["event"] ?? "" };
  const event = (href: string): string => href.slice(href.lastIndexOf("/"));
  try {
    localStorage.setItem(SEEN, JSON.stringify([now, ...seen().filter((one) => event(one.href) !== event(now.href))].slice(0, SEEN_MOST)));
  } catch {
    // Without storage nothing is remembered.
  }
}

/** Fills the shelf of what was looked at. */
function recent(shelf: HTMLElement): void {
  const list = shelf.querySelector("ul")!;
  for (const { href, poster, title } of seen().slice(0, SHELF_MOST)) {
    const card = document.createElement("li"), link = document.createElement("a"), image = new Image(300, 450), name = document.createElement("span"), frame = document.createElement("span");
    card.className = "card";
    frame.className = "poster";
    name.className = "card-title";
    name.textContent = title;
    Object.assign(image, { loading: "lazy", alt: "", src: poster });
    link.href = href.replace(/^\/[a-z]{2}\//, `/${document.documentElement.lang}/`);
    frame.append(image);
    link.append(frame, name);
    card.append(link);
    list.append(card);
  }
  shelf.hidden = !list.children.length;
}

/** Remembers the city that is looked at, so that the next visit begins there. */
function city(): void {
  const { city } = document.body.dataset;
  if (city) document.cookie = `city=${city}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/** Offers to share the page: by what the device has for that, or else as a link to paste. */
function share(box: HTMLElement): void {
  const button = box.querySelector("button")!, status = box.querySelector("[role=status]")!;
  const address = document.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href ?? location.href;
  if (!navigator.share && !navigator.clipboard) return;
  box.classList.add("ready");
  button.onclick = async () => {
    try {
      if (navigator.share) await navigator.share({ title: document.title, url: address });
      else {
        await navigator.clipboard.writeText(address);
        status.textContent = say("link_copied");
      }
    } catch {
      // The visitor thought better of it.
    }
  };
}

/** Adds all of it to the page. */
export function browse(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-carousel]")) carousel(box);
  posters(document.querySelectorAll<HTMLElement>("[data-poster].poster"));
  const event = document.querySelector<HTMLElement>("[data-event]"), shelf = document.querySelector<HTMLElement>("[data-recent]");
  for (const box of document.querySelectorAll<HTMLElement>("[data-share]")) share(box);
  if (event) remember(event);
  if (shelf) recent(shelf);
  city();
}
