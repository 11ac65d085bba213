// Ads: asks for those of the places that are about to be seen, tells the ad server which were in sight, and hides those that somebody does
// not want. A place keeps its size, and what it has of ours, whatever comes or does not.

const PATH = `/${document.documentElement.lang}/ads`, HIDDEN = "ads-hidden", SEARCHED = "searched";

/** Whether the visitor has agreed that ads go by what he does. */
const agreed = /(^|; )ads=yes(;|$)/.test(document.cookie);

/** A list that this browser keeps. Storage that is full, forbidden or damaged counts as empty. */
function kept(key: string): any[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** Puts something at the head of a list. */
function keep(key: string, one: string, most: number): void {
  try {
    localStorage.setItem(key, JSON.stringify([one, ...kept(key).filter((other) => other !== one)].slice(0, most)));
  } catch {
    // Without storage nothing is remembered.
  }
}

/** Tells the ad server once at least half of an ad was in sight for a second without a break (MRC). */
function watch(ad: HTMLElement): void {
  let timer = 0, tenths = 0;
  const observer = new IntersectionObserver((changes) => {
    clearInterval(timer);
    tenths = 0;
    if (!changes.at(-1)!.isIntersecting) return; // a busy page hears of several changes at once
    timer = setInterval(() => {
      tenths = document.hidden ? 0 : tenths + 1;
      if (tenths < 10) return;
      clearInterval(timer);
      observer.disconnect();
      fetch(ad.dataset["view"]!, { method: "POST", mode: "no-cors", credentials: "omit", keepalive: true }).catch(() => {});
    }, 100);
  }, { threshold: 0.5 });
  observer.observe(ad.querySelector(".ad-body")!);
}

/** Shows an ad in its place; a picture that does not come leaves what was there. */
function show(place: HTMLElement, markup: string): void {
  const house = place.querySelector("[data-show]")!, box = document.createElement("template");
  box.innerHTML = markup;
  const ad = box.content.querySelector<HTMLElement>("[data-show]")!, image = ad.querySelector("img");
  house.replaceWith(ad);
  ad.querySelector<HTMLFormElement>("[data-frame]")?.submit();
  if (image && !image.complete) {
    image.onload = () => watch(ad);
    image.onerror = () => ad.replaceWith(house);
  } else watch(ad);
  ad.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const form = submitted.target as HTMLFormElement, body = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
    body.set("quiet", "1");
    keep(HIDDEN, ad.dataset["creative"]!, 50);
    ad.replaceWith(house);
    place.querySelector("[role=status]")!.textContent = ad.dataset["gone"]!;
    place.focus();
    fetch(form.action, { method: "POST", body }).catch(() => {}); // this browser does not show it in any case
  });
}

/** Asks for the ads of some places. */
async function fill(places: HTMLElement[]): Promise<void> {
  const body = new URLSearchParams({ at: location.pathname + location.search });
  for (const { dataset } of places) body.append("place", dataset["ad"]!);
  for (const one of kept(HIDDEN)) body.append("hidden", one);
  if (agreed) {
    for (const { id } of kept("seen")) if (id) body.append("recent", id);
    for (const genre of kept(SEARCHED)) body.append("searched", genre);
  }
  try {
    const answer = await fetch(PATH, { method: "POST", body });
    if (answer.status !== 200) return;
    const parts: Record<string, string> = await answer.json();
    for (const place of places) {
      const part = parts[place.dataset["ad"]!];
      if (part) show(place, part);
    }
  } catch {
    // Offline: the page is as good without.
  }
}

/** Remembers the genre that is searched for, of who has agreed; of others what was remembered goes. */
function remember(): void {
  const genre = new URLSearchParams(location.search).get("genre");
  if (agreed && genre) keep(SEARCHED, genre, 5);
  else if (!agreed && kept(SEARCHED).length) localStorage.removeItem(SEARCHED);
}

remember();

const near = new IntersectionObserver((changes) => {
  const places = changes.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target as HTMLElement);
  for (const place of places) near.unobserve(place);
  if (places.length) void fill(places);
}, { rootMargin: "200px 0px" });
for (const place of document.querySelectorAll("[data-ad]")) near.observe(place);
