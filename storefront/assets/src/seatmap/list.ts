// The list of seats, for keyboards and screen readers: section, row, seats. Only one row has its seats in the document, and of a
// long one only a part: a few hundred checkboxes make every key press slow.

import type { Chooser } from "./chooser";
import { Kind } from "./enums";
import type { Row } from "./geometry";
import type { State } from "./hall";

/** The most seats of one part of a row. */
const PART = 30;

/** A row, or a part of a long one. */
interface Part { element_: HTMLDetailsElement; count_: HTMLElement; row_: Row; from_: number; end_: number; boxes_: Map<number, HTMLInputElement> }

export class List {
  readonly heading_: HTMLElement;
  readonly element_: HTMLElement;
  private choice_: HTMLSelectElement;
  private rows_: HTMLElement;
  private parts_: Part[] = [];

  private state_: State;

  constructor(private chooser_: Chooser) {
    const { h_: h, state_: state } = chooser_.stage_, { speech_: speech, hall_: { sections, seats } } = state, several = sections.length > 1;
    this.state_ = state;
    this.choice_ = h("select", { id: "section", onchange: () => this.show_(+this.choice_.value) });
    this.rows_ = h("div", { className: "rows" });
    this.heading_ = h("h2", { tabIndex: -1 }, speech.say_("list"));
    this.element_ = h("section", { className: "list", part: "list", hidden: !seats }, this.heading_,
      several && h("label", { htmlFor: "section" }, speech.say_("section")), several && this.choice_, this.rows_);
    this.choice_.append(...sections.map((_, at) => new Option("", String(at))));
    this.show_(0);
  }

  private count_(from: number, end: number): { n: number; all: number } {
    let n = 0, all = 0;
    for (; from < end; from++) {
      if (this.state_.hall_.kind[from] === Kind.House) continue;
      all++;
      if (this.state_.free_(from)) n++;
    }
    return { n, all };
  }

  /** Lists the rows of a section. */
  show_(at: number) {
    this.choice_.value = String(at);
    this.parts_ = [];
    for (const row of this.state_.hall_.sections[at]?.rows ?? []) {
      const all = row.end - row.first, size = Math.ceil(all / Math.ceil(all / PART));
      for (let from = row.first; from < row.end; from += size) this.parts_.push(this.part_(row, from, Math.min(row.end, from + size)));
    }
    this.rows_.replaceChildren(...this.parts_.map((part) => part.element_));
    this.refresh_();
  }

  private part_(row: Row, from: number, end: number): Part {
    const { h_: h, state_: state } = this.chooser_.stage_, whole = end - from === row.end - row.first;
    const name = state.speech_.say_(whole ? "row" : "rowPart", { row: row.label, from: state.label_(from), to: state.label_(end - 1) });
    const count = h("span", { className: "soft" }), body = h("div", { className: "places" });
    const element = h("details", {}, h("summary", {}, h("span", {}, name), " ", count), body), boxes = new Map<number, HTMLInputElement>();
    element.name = "row"; // at most one is open
    const part: Part = { element_: element, count_: count, row_: row, from_: from, end_: end, boxes_: boxes };
    element.ontoggle = () => {
      boxes.clear();
      body.replaceChildren();
      if (element.open) for (let seat = from; seat < end; seat++) body.append(this.seat_(part, seat));
      this.update_(part);
    };
    return part;
  }

  private seat_({ boxes_: boxes }: Part, seat: number): HTMLElement {
    const { chooser_: chooser } = this, { h_: h, state_: state } = chooser.stage_, label = state.label_(seat);
    const box = h("input", {
      type: "checkbox", ariaLabel: this.name_(seat),
      onchange: () => {
        chooser.toggle_(seat);
        box.checked = chooser.choice_.seats_.has(seat);
      },
      onfocus: () => chooser.focus_(seat), onblur: () => chooser.focus_(-1),
    });
    boxes.set(seat, box);
    return h("label", { className: `place kind${state.hall_.kind[seat]}` }, box, label);
  }

  /** A seat and what one should know of it, for who does not see its row. */
  private name_(seat: number): string {
    const { state_: state } = this;
    return state.speech_.also_(state.speech_.say_("inRow", { seat: state.label_(seat), row: state.rowOf_(seat).label }), state.facts_(seat));
  }

  /** Shows what has changed. */
  refresh_() {
    const { sections } = this.state_.hall_;
    [...this.choice_.options].forEach((option, at) => {
      const { name: section, first, end } = sections[at];
      option.text = this.state_.speech_.say_("sectionFree", { section, ...this.count_(first, end) });
    });
    for (const part of this.parts_) this.update_(part);
  }

  private update_({ element_: element, count_: count, from_: from, end_: end, boxes_: boxes }: Part) {
    const { state_: state, chooser_: { choice_: choice } } = this, kinds = state.hall_.kind.subarray(from, end), access = kinds.includes(Kind.Wheelchair);
    count.textContent = state.speech_.also_(state.speech_.say_("rowFree", this.count_(from, end)), access ? state.speech_.say_("rowAccessible") : "");
    element.hidden = choice.accessible_ && !access && !kinds.includes(Kind.Companion) && !element.open;
    for (const [seat, box] of boxes) {
      const gone = !state.free_(seat);
      box.checked = choice.seats_.has(seat);
      box.ariaLabel = this.name_(seat);
      box.disabled = gone && !box.matches(":focus"); // who stands on it keeps their place
      box.parentElement!.classList.toggle("gone", gone);
    }
  }
}
