// Chooses seats and places: what a tap and a check mark mean, what the form sends, what is said, and everything around the map. It
// is loaded beside the script of the map, which draws the hall meanwhile.

import { Basket } from "./basket";
import { bestForm } from "./best";
import { Choice } from "./choice";
import type { BestRequest, Config, Refusal, Selection } from "./contract";
import type { h } from "./dom";
import type { State } from "./hall";
import { Legend } from "./legend";
import { List } from "./list";
import type { Painter, sample } from "./paint";
import { Standing } from "./standing";
import type { View } from "./view";

/** What the script of the map lends, so that this one does not bring it again. */
export interface Stage {
  h_: typeof h;
  sample_: typeof sample;
  state_: State;
  painter_: Painter;
  /** Absent for halls of which nothing can be drawn. */
  view_?: View;
  internals_: ElementInternals;
  /** The most places of one order. */
  most_: number;
  best_: boolean;
  /** Where the server says what tickets cost together; null where that is the sum of their prices. */
  quote_: string | null;
  /** Dispatches an event. False means that it was cancelled. */
  fire_(type: string, detail: unknown): boolean;
}

/** How long screen readers are left to read, in milliseconds. */
const PAUSE = 900;

/** How long the server may take to say a price, in milliseconds. */
const PATIENCE = 10_000;

/** Something to say about seats, and others that can be had: beside what is chosen, or for all of it. */
interface Warning { text_: string; about_: number[]; instead_: number[]; all_?: boolean }

export class Chooser {
  readonly choice_: Choice;
  /** What is above the map, below it and beside it. */
  readonly above_: HTMLElement[];
  readonly below_: HTMLElement[];
  readonly beside_: HTMLElement[];
  private list_: List;
  private legend_: Legend;
  private standing_: Standing;
  private basket_: Basket;
  private polite_: HTMLElement;
  private notice_: HTMLElement;
  /** What others have got since the notice was closed, and how many places were chosen before. */
  private lost_: number[] = [];
  private wanted_ = 0;
  /** What was wrong last, if anything was. */
  private wrong_: Warning[] = [];
  /** What the notice offers. */
  private offered_: number[] = [];
  /** The question for the price of the choice. */
  private asking_?: AbortController;
  private said_ = "";
  private saying_ = 0;
  private frame_ = 0;

  constructor(readonly stage_: Stage) {
    const { h_: h, state_: state } = stage_;
    this.choice_ = new Choice(state);
    this.list_ = new List(this);
    this.legend_ = new Legend(this);
    this.standing_ = new Standing(this);
    this.basket_ = new Basket(this);
    this.polite_ = h("p", { className: "unseen", role: "status" });
    this.notice_ = h("div", { className: "notice", role: "alert", part: "notice" });
    this.above_ = [this.polite_, this.notice_];
    this.below_ = [...this.legend_.elements_, this.basket_.element_];
    this.beside_ = [this.list_.element_, ...this.standing_.elements_, ...(stage_.best_ && state.hall_.seats ? [bestForm(this)] : [])];
  }

  /** Chooses a seat, or no longer. */
  toggle_(seat: number) {
    const { choice_: choice, stage_: { state_: state } } = this, { speech_: speech } = state, place = state.place_(seat);
    let said: "added" | "removed" = "removed";
    if (!choice.seats_.delete(seat)) {
      if (!state.free_(seat)) return this.say_(speech.say_("gone", { place }));
      if (choice.kept_(seat) && !choice.accessible_) return this.warn_(speech.say_("accessibleOnly", { place }));
      if (this.full_(1)) return;
      choice.add_(seat);
      said = "added";
    }
    this.changed_("user", speech.say_(said, { place }));
  }

  /** Shows the seat that has the focus, -1 for none. */
  focus_(seat: number) {
    const { state_: { hall_: { x, y } }, painter_: painter, view_: view } = this.stage_;
    painter.ring_(seat);
    if (seat >= 0) view?.show_(x[seat], y[seat], 14);
  }

  /** Says that there are too many with so many more. */
  full_(more: number): boolean {
    const { most_: n, state_: { speech_: speech } } = this.stage_, full = this.choice_.count_() + more > n;
    if (full) this.warn_(speech.say_("most", { n }));
    return full;
  }

  /** Shows the rows of a section. */
  section_(at: number) {
    this.list_.show_(at);
  }

  /** Goes to the list of seats, or to the places of an area. */
  enter_(area?: string) {
    if (area) this.standing_.enter_(area);
    else this.list_.heading_.focus();
  }

  reset_() {
    this.choice_.seats_.clear();
    this.choice_.areas_.clear();
    this.changed_("user");
  }

  restore_(chosen: Config["chosen"] = {}) {
    this.choice_.restore_(chosen, this.stage_.most_);
    this.legend_.stress_();
    this.changed_("restored");
  }

  /** Shows what others have done: free places, and which chosen seats they have got. Those are named until the notice is closed. */
  news_(taken: number[]) {
    const { choice_: choice, stage_: { fire_: fire } } = this, gone = taken.filter((seat) => choice.seats_.delete(seat));
    if (gone.length) {
      this.wanted_ = Math.max(this.wanted_, choice.count_() + gone.length);
      this.lost_ = [...this.lost_.filter((seat) => !gone.includes(seat) && !choice.seats_.has(seat)), ...gone];
      this.changed_("lost");
    } else {
      this.frame_ ||= requestAnimationFrame(() => this.refresh_());
    }
    if (gone.length || taken.some((seat) => this.offered_.includes(seat))) this.tell_();
    if (gone.length) fire("bms-lost", { seats: gone.map((seat) => choice.name_(seat)) });
  }

  private refresh_() {
    this.frame_ = 0;
    this.list_.refresh_();
    this.standing_.refresh_();
  }

  /** Brings everything up to date with the choice: what is seen, what the form sends, and what the page knows. What is said is followed
   *  by the price. */
  changed_(cause: Selection["cause"], said?: string) {
    const { choice_: choice, stage_: { state_: { config_: { types }, speech_: speech }, painter_: painter, internals_: internals, fire_: fire } } = this;
    const priced = this.price_();
    painter.choose_([...choice.seats_.keys()]);
    this.refresh_();
    this.basket_.refresh_();
    const selection = choice.selection_(cause), data = this.data_("s", "seats"), { seats, areas, count } = selection;
    for (const { name, type } of seats) {
      data.append("seat", name);
      if (types.length > 1) data.append(`type.${name}`, type);
    }
    for (const { key, type, count } of areas) data.append(`area.${key}.${type}`, String(count));
    const accessible = choice.accessible_ || [...choice.seats_.keys()].some((seat) => choice.kept_(seat));
    if (accessible) data.append("accessible", "1");
    const kept: Config["chosen"] = {
      seats: seats.map(({ name }) => name), types: Object.fromEntries(seats.map(({ name, type }) => [name, type])),
      areas: Object.fromEntries(choice.areas_), accessible,
    };
    internals.setFormValue(data, JSON.stringify(kept));
    internals.setValidity({ valueMissing: !count }, speech.say_("chooseFirst"));
    fire("bms-select", selection);
    this.report_(said, priced);
  }

  /** Says what was done and what that costs: at once, however long the price takes, and the price behind it when it comes later. */
  private report_(said: string | undefined, priced?: Promise<boolean>) {
    const { choice_: choice, stage_: { fire_: fire } } = this, words = (done = said) => `${done} ${choice.total_()}`.trim(), first = words();
    if (said || said !== undefined && !priced) this.say_(first);
    void priced?.then((last) => {
      if (!last) return;
      this.basket_.refresh_();
      fire("bms-select", choice.selection_("priced"));
      if (said === "" || said && choice.minor_ !== null) this.say_(words(this.said_ === first ? said : "")); // first is what nobody has heard yet
    });
  }

  /** Finds what the choice costs. Where prices do not simply add up, the server is asked; true says that this is still the last answer wanted. */
  private price_(): Promise<boolean> | undefined {
    const { choice_: choice, stage_: { quote_: quote } } = this;
    this.asking_?.abort();
    this.asking_ = undefined;
    choice.minor_ = quote && choice.count_() ? null : choice.sum_();
    if (choice.minor_ !== null) return;
    const asking = this.asking_ = new AbortController(), { signal } = asking, last = () => this.asking_ === asking;
    setTimeout(() => asking.abort(), PATIENCE); // means nothing to what has been answered
    return fetch(`${quote}?${choice.tickets_()}`, { signal }).then((answer) => answer.json())
      .then(({ total }) => { if (last()) choice.minor_ = total?.minor ?? null; }, () => {}) // without an answer no price is said
      .then(last);
  }

  private data_(suffix: string, mode: string): FormData {
    const data = new FormData(), { key } = this.stage_.state_.config_;
    if (key) data.append("key", key + suffix);
    data.append("mode", mode);
    return data;
  }

  /** Sends the form for the best seats, unless the page does that by itself. */
  best_(request: BestRequest) {
    const { internals_: internals, fire_: fire } = this.stage_, data = this.data_("b", "best");
    if (!fire("bms-best", request) || !internals.form) return;
    for (const [name, value] of Object.entries(request)) if (name !== "types") data.append(name, value);
    for (const [type, n] of Object.entries(request.types)) data.append(`n.${type}`, String(n));
    internals.setFormValue(data);
    internals.setValidity({});
    internals.form.requestSubmit();
    this.changed_("user"); // who comes back has their choice
  }

  /** Says why a choice was refused, and offers another in its place. */
  refuse_({ text, seats, instead }: Refusal) {
    const { choice_: choice, stage_: { view_: view, state_: { hall_: { x, y } } } } = this;
    const about = choice.numbers_(seats), others = choice.numbers_(instead), [first] = [...about, ...others];
    this.warn_(about.length ? `${text} (${choice.places_(about)})` : text, about, others, true);
    if (first !== undefined) view?.show_(x[first], y[first], 24);
  }

  /** Tells screen readers, and of several things in a short time the last. */
  say_(text: string) {
    this.said_ = text;
    if (this.saying_) return;
    this.polite_.textContent = ""; // so that the same text is news again
    this.saying_ = setTimeout(() => {
      this.polite_.textContent = this.said_;
      this.said_ = "";
      this.saying_ = setTimeout(() => {
        this.saying_ = 0;
        if (this.said_) this.say_(this.said_);
      }, PAUSE);
    }, 50);
  }

  /** Says at once what is wrong with which seats, and offers others: beside what is chosen, or for all of it. */
  warn_(text: string, about: number[] = [], instead: number[] = [], all = false) {
    this.wrong_ = [{ text_: text, about_: about, instead_: instead, all_: all }];
    this.tell_();
  }

  /** What was lost, with others for as many as are missing since. */
  private loss_(): Warning[] {
    const { choice_: choice, lost_: lost, stage_: { state_: { speech_: speech } } } = this, missing = this.wanted_ - choice.count_();
    if (!lost.length) return [];
    return [{ text_: speech.say_("lost", { n: lost.length, places: choice.places_(lost) }), about_: lost, instead_: missing > 0 ? choice.like_(lost.slice(-missing)) : [] }];
  }

  /** Shows all that there is to say. */
  private tell_() {
    const { choice_: choice, notice_: notice, stage_: { h_: h, painter_: painter, state_: { speech_: speech } } } = this;
    const all = [...this.loss_(), ...this.wrong_], within = this.within_();
    this.offered_ = all.flatMap((warning) => warning.instead_);
    painter.warn_(all.flatMap((warning) => warning.about_));
    notice.replaceChildren(...all.flatMap((warning) => [h("p", {}, warning.text_), ...(warning.instead_.length
      ? [h("button", { type: "button", className: "go", onclick: () => this.take_(warning) }, speech.say_("instead", { places: choice.places_(warning.instead_) }))] : [])]));
    if (all.length) notice.append(h("button", { type: "button", className: "drop", ariaLabel: speech.say_("close"), onclick: () => this.close_() }, "×"));
    if (within) (notice.querySelector("button") ?? this.list_.heading_).focus(); // what had the focus is gone
  }

  private within_(): boolean {
    return this.notice_.contains((this.notice_.getRootNode() as ShadowRoot).activeElement);
  }

  private close_() {
    this.lost_ = [];
    this.wrong_ = [];
    this.wanted_ = 0;
    this.tell_();
  }

  /** Chooses what is offered, as far as it is free and there may be more. */
  private take_({ instead_: instead, all_: all }: Warning) {
    const { choice_: choice, stage_: { state_: state, most_: most } } = this;
    if (all) choice.seats_.clear();
    for (const seat of instead) if (state.free_(seat) && choice.count_() < most) choice.add_(seat);
    this.close_();
    this.changed_("user", "");
    this.enter_();
  }
}
