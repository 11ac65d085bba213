// The search of every page as a combobox (APG: list autocomplete with manual selection). Without this it is an ordinary form.

import { say } from "./words";

interface Suggestion { type: string; text: string; city: string; href: string }

const PAUSE = 150; // ms without a key before the server is asked
const KINDS = ["venue", "city", "person", "genre"]; // what is said of a suggestion; most are events, which needs no word

class Combobox {
  private readonly list = document.createElement("ul");
  private readonly status = document.createElement("p");
  private options: HTMLLIElement[] = [];
  private active = -1;
  private timer = 0;
  private asked: AbortController | undefined;

  constructor(private readonly input: HTMLInputElement) {
    this.list.id = "suggestions";
    this.list.role = "listbox";
    this.list.ariaLabel = say("suggest_list");
    this.list.hidden = true;
    this.status.className = "visually-hidden";
    this.status.role = "status";
    input.after(this.list, this.status);
    input.role = "combobox";
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.close());
    input.form?.addEventListener("submit", (event) => { // by Enter: what is chosen goes before what was typed
      if (!this.go(this.active)) return;
      event.preventDefault();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays where it is
    this.list.addEventListener("click", (event) => this.go(this.options.indexOf((event.target as Element).closest("li")!)));
  }

  private later(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    if (!this.input.value.trim()) return this.close();
    this.timer = setTimeout(() => void this.ask(), PAUSE);
  }

  private async ask(): Promise<void> {
    const asked = (this.asked = new AbortController());
    const query = new URLSearchParams({ q: this.input.value });
    if (this.input.dataset["suggest"]) query.set("city", this.input.dataset["suggest"]);
    try {
      const answer = await fetch(`/api/v1/suggest?${query}`, { signal: asked.signal });
      if (answer.ok) this.show(((await answer.json()) as { items: Suggestion[] }).items);
    } catch {
      // Asked anew, or offline: the form still works.
    }
  }

  private show(items: Suggestion[]): void {
    if (document.activeElement !== this.input) return;
    this.options = items.map((item, i) => {
      const option = document.createElement("li");
      option.id = `suggestion-${i}`;
      option.role = "option";
      option.ariaSelected = "false";
      option.dataset["href"] = inLanguage(item.href);
      const text = document.createElement("bdi"); // of any language
      text.textContent = item.text;
      option.append(text);
      if (KINDS.includes(item.type)) {
        const kind = document.createElement("span");
        kind.textContent = say(`suggest_${item.type}`);
        option.append(" ", kind);
      }
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.mark(-1);
    this.open(items.length > 0);
    this.status.textContent = items.length ? say("suggest_count", { count: items.length }) : say("suggest_none");
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const last = this.options.length - 1;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if (last < 0) return;
        this.open(true);
        if (event.key === "ArrowDown") this.mark(this.active === last ? 0 : this.active + 1);
        else this.mark(this.active <= 0 ? last : this.active - 1);
        break;
      case "Escape":
        if (this.list.hidden) this.input.value = "";
        this.close();
        break;
      case "Home":
      case "End": // of the text, as APG has it
        this.mark(-1);
        return;
      default:
        return;
    }
    event.preventDefault();
  }

  private mark(i: number): void {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = i;
    const option = this.options[i];
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.ariaSelected = "true";
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  private go(i: number): boolean {
    const href = this.options[i]?.dataset["href"];
    if (href) location.assign(href);
    return Boolean(href);
  }

  private open(open: boolean): void {
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.asked?.abort();
    this.mark(-1);
    this.open(false);
    this.status.textContent = "";
  }
}

/** A page in the language of this one: the API knows none. */
function inLanguage(href: string): string {
  return `/${document.documentElement.lang}${href}`;
}

/** Makes comboboxes of the page's searches. */
export function suggest(): void {
  for (const input of document.querySelectorAll<HTMLInputElement>("input[data-suggest]")) new Combobox(input);
}
