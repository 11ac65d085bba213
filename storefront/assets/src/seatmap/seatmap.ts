// <bms-seatmap>: choose seats on a map and in a list. storefront/assets/README.md is its contract. This script draws the
// hall, keeps it up to date and moves it; chooser.ts has the rest.

import type { Chooser } from "./chooser";
import type { Config, Frame, Refusal, Selection } from "./contract";
import { h } from "./dom";
import { Status } from "./enums";
import type { RawHall } from "./geometry";
import { State } from "./hall";
import { follow, type Follower } from "./live";
import { Painter, sample } from "./paint";
import style from "./seatmap.css?url";
import { View } from "./view";

/** Seats of fewer CSS pixels are no targets: a tap on them goes nearer. With a mouse one is more exact. */
const TARGET = 24, MOUSE_TARGET = 9;

// What every map needs is asked for as soon as this script runs.
const chooser = import("./chooser");
const sheet = fetch(new URL(style, import.meta.url)).then(async (answer) => new CSSStyleSheet().replace(await answer.text()));

export class SeatMap extends HTMLElement {
  static formAssociated = true;

  private internals_ = this.attachInternals();
  private root_ = this.attachShadow({ mode: "open" });
  private state_?: State;
  private painter_!: Painter;
  private view_?: View;
  private chooser_?: Chooser;
  private follower_!: Follower;
  private stop_?: () => void;
  private off_?: AbortController;
  private restored_?: Config["chosen"];
  private alive_ = h("span", { className: "alive" });
  private info_ = h("p", { className: "info", ariaHidden: "true" });

  constructor() {
    super();
    this.root_.append(h("slot"));
    this.addEventListener("invalid", (event) => {
      event.preventDefault(); // the browser's own bubble would point at nothing
      this.chooser_?.warn_(this.internals_.validationMessage);
      this.chooser_?.enter_();
    });
  }

  connectedCallback() {
    this.off_ = new AbortController();
    const { signal } = this.off_;
    addEventListener("pagehide", () => this.pause_(), { signal });
    addEventListener("pageshow", (event) => event.persisted && this.follow_(), { signal });
    // Until the next page is there, the seats become ours: that is no loss.
    this.internals_.form?.addEventListener("submit", () => {
      this.pause_();
      setTimeout(() => signal.aborted || this.follow_(), 8000);
    }, { signal });
    if (this.state_) this.follow_();
    else void this.load_();
  }

  disconnectedCallback() {
    this.off_?.abort();
    this.pause_();
  }

  formResetCallback() {
    this.chooser_?.reset_();
  }

  /** The browser gives back what was chosen on a page that one comes back to. */
  formStateRestoreCallback(state: string | null) {
    this.restored_ = state ? JSON.parse(state) : undefined;
    this.chooser_?.restore_(this.restored_);
  }

  /** What is chosen now; undefined until bms-ready. */
  get selection(): Selection | undefined {
    return this.chooser_?.choice_.selection_("user");
  }

  /** Says why a choice was refused, and about which seats. For pages that reserve by the API. */
  refuse(refusal: Refusal) {
    this.chooser_?.refuse_(refusal);
  }

  private async load_() {
    try {
      const get = async (name: string) => {
        const answer = await fetch(this.getAttribute(name)!);
        if (!answer.ok) throw Error(`${name}: ${answer.status}`);
        return answer.json();
      };
      const data = Promise.all([get("geometry"), get("status"), sheet]);
      data.catch(() => {}); // is dealt with where it is awaited
      if (document.readyState === "loading") await new Promise((done) => addEventListener("DOMContentLoaded", done));
      const config: Config = JSON.parse(this.querySelector("script")!.text);
      config.texts ??= (await import("./english")).english;
      const [raw, status, styles]: [RawHall, { frames: Frame[] }, CSSStyleSheet] = await data;
      this.root_.adoptedStyleSheets = [styles];
      performance.mark("bms-data");
      this.build_(raw, config, status.frames);
      requestAnimationFrame(() => setTimeout(() => performance.measure("bms-drawn", "bms-data")));
      this.surround_(new (await chooser).Chooser({
        h_: h, sample_: sample, state_: this.state_!, painter_: this.painter_, view_: this.view_, internals_: this.internals_,
        most_: Number(this.getAttribute("max")) || 10, best_: !this.hasAttribute("no-best"),
        quote_: this.getAttribute("quote"), fire_: (type, detail) => this.fire_(type, detail),
      }));
      this.fire_("bms-ready", { version: this.state_!.version_ });
    } catch (error) {
      // What the page has inside the element stays: it works without script.
      this.root_.replaceChildren(h("slot"));
      this.toggleAttribute("data-failed", true);
      this.fire_("bms-error", { error });
    }
  }

  /** Draws the map. */
  private build_(raw: RawHall, config: Config, frames: Frame[]) {
    const state = this.state_ = new State(raw, config);
    frames.forEach((frame) => state.apply_(frame));
    this.painter_ = new Painter(state);
    this.root_.replaceChildren(h("div", { className: "root", part: "root", dir: getComputedStyle(this).direction, lang: config.locale },
      h("div", { className: "main" }, ...this.stage_()), h("div", { className: "side" })));
  }

  /** Puts everything else around it. */
  private surround_(parts: Chooser) {
    this.chooser_ = parts;
    const [root] = this.root_.children, [main, side] = root.children, { config_: { chosen, refused }, version_: version } = this.state_!;
    root.prepend(...parts.above_);
    main.append(...parts.below_);
    side.append(...parts.beside_);
    const boxes = [...this.querySelectorAll<HTMLInputElement>("[name=seat]:checked")].map((box) => box.value);
    this.replaceChildren(); // the fields of the page without script would be sent, too
    this.toggleAttribute("data-ready", true);
    this.follower_ = { version, apply: (frame) => this.apply_(frame), live: (is) => this.live_(is) };
    parts.restore_(this.restored_ ?? { ...chosen, seats: [...(chosen?.seats ?? []), ...boxes] });
    if (refused) parts.refuse_(refused);
    const wanted = this.state_!.hall_.sections.findIndex(({ key }) => key === this.getAttribute("section"));
    if (wanted >= 0) requestAnimationFrame(() => setTimeout(() => this.enter_(wanted))); // once the map has its size
    this.follow_();
  }

  /** The map in its frame, with its buttons. Halls of which nothing can be drawn have none. */
  private stage_(): HTMLElement[] {
    const state = this.state_!, { speech_: speech, hall_: { raw: { box } } } = state, painter = this.painter_;
    if (box[0] === box[2] && box[1] === box[3]) return [];
    const frame = h("div", { className: "frame", part: "map", tabIndex: 0, role: "group", ariaLabel: `${speech.say_("map")}. ${speech.say_("mapHelp")}` }, painter.svg_);
    // As high as the hall is at this width, with room for the buttons above it.
    frame.style.setProperty("--aspect", String(painter.box_[2] / (painter.box_[3] * 1.16)));
    const view = this.view_ = new View(frame, painter.svg_, painter.box_, painter.floors_, {
      tap_: (x, y, event) => this.tap_(x, y, event),
      hover_: (x, y) => this.point_(state.nearest_(x, y, 60)),
      rest_: () => painter.near_(view.scale_() < 12 ? undefined : view.seen_()),
    });
    const button = (sign: string, label: string, move: () => void) =>
      h("button", { type: "button", ariaLabel: label, title: label, onclick: () => view.ease_(move) }, sign);
    return [
      h("button", { type: "button", className: "skip", onclick: () => this.chooser_?.enter_() }, speech.say_("toList")),
      h("div", { className: "map" }, h("div", { className: "zoom" }, this.alive_,
        button("+", speech.say_("zoomIn"), () => view.by_(1.6)), button("−", speech.say_("zoomOut"), () => view.by_(1 / 1.6)), button("⤢", speech.say_("zoomFit"), () => view.by_(0))),
      frame, view.mini_, this.info_),
    ];
  }

  private tap_(x: number, y: number, { clientX, clientY, pointerType }: PointerEvent): boolean {
    const state = this.state_!, scale = this.view_!.scale_();
    const seat = state.nearest_(x, y, Math.max(60, (TARGET / scale) * 100)), area = this.root_.elementFromPoint(clientX, clientY)?.getAttribute("data-area");
    if (seat < 0) {
      if (area) this.chooser_?.enter_(area);
      return !!area;
    }
    if (scale < (pointerType === "mouse" ? MOUSE_TARGET : TARGET)) {
      this.enter_(state.rowOf_(seat).section, x, y);
    } else {
      this.chooser_?.toggle_(seat);
    }
    return true;
  }

  /** Goes to a section, on the map and in the list: to all of it, or, where its seats would be too small, to a point of it. */
  private enter_(section: number, x?: number, y?: number) {
    const box = this.painter_.around_(this.state_!.hall_.sections[section]), [left, top, right, bottom] = box;
    this.view_?.go_(box, x ?? (left + right) / 2, y ?? (top + bottom) / 2, TARGET + 4);
    this.chooser_?.section_(section);
  }

  /** Says what is under the pointer. */
  private point_(seat: number) {
    const state = this.state_!;
    this.view_!.frame_.classList.toggle("hit", state.free_(seat));
    this.info_.textContent = seat < 0 ? "" : state.speech_.also_(state.place_(seat), state.facts_(seat));
  }

  private fire_(type: string, detail: unknown): boolean {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: true }));
  }

  private follow_() {
    this.pause_();
    if (this.chooser_) this.stop_ = follow(this.getAttribute("live"), this.getAttribute("status")!, this.follower_);
  }

  private pause_() {
    this.stop_?.();
  }

  private apply_(frame: Frame): boolean {
    const state = this.state_!, taken: number[] = [];
    if (this.follower_.version < 0) state.version_ = -1;
    const fits = state.apply_(frame, (seat) => {
      this.painter_.touch_(seat);
      if (state.status_[seat] !== Status.Free) taken.push(seat);
    });
    this.follower_.version = state.version_;
    this.chooser_!.news_(taken);
    return fits;
  }

  private live_(is: boolean) {
    const text = this.state_!.speech_.say_(is ? "live" : "paused");
    if (this.alive_.textContent === text) return;
    if (!is) this.chooser_!.say_(text);
    this.alive_.textContent = text;
    this.alive_.classList.toggle("off", !is);
    this.fire_("bms-live", { live: is });
  }
}

customElements.define("bms-seatmap", SeatMap);
