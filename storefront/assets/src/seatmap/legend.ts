// Prices by category, what the shapes mean, and the filter for wheelchair users. A category that is pressed stands out on the map,
// so that nobody has to tell it by its colour.

import type { Chooser } from "./chooser";
import { Kind } from "./enums";

export class Legend {
  readonly elements_: HTMLElement[];
  private category_ = -1;
  private access_: HTMLInputElement;

  constructor(private chooser_: Chooser) {
    const { h_: h, sample_: sample, state_: state } = chooser_.stage_, { speech_: speech, hall_: { raw, kind, category, seats } } = state;
    const buttons: HTMLButtonElement[] = [], used = new Set([...category, ...(raw.areas ?? []).map((area) => area.category)]);
    const prices = raw.categories.map(({ name }, i) => {
      const button = buttons[i] = h("button", { type: "button", ariaPressed: "false", onclick: () => {
        this.category_ = this.category_ === i ? -1 : i;
        buttons.forEach((other, j) => (other.ariaPressed = String(j === this.category_)));
        this.stress_();
      } }, sample("free", 0, state.colour_(i)), h("span", {}, name), h("bdi", { className: "soft" }, state.priceText_(i)));
      return used.has(i) && h("li", {}, button);
    });
    const shapes = (["chosen", "held", "sold", "blocked"] as const).map((look) => h("li", {}, sample(look), speech.say_(look)));
    for (const [at, word] of [[Kind.Wheelchair, "wheelchair"], [Kind.Companion, "companion"]] as const) {
      if (kind.includes(at)) shapes.push(h("li", {}, sample("free", at), speech.say_(word)));
    }
    this.access_ = h("input", { type: "checkbox", onchange: () => {
      chooser_.choice_.accessible_ = this.access_.checked;
      this.stress_();
      chooser_.changed_("user");
    } });
    this.elements_ = [
      h("ul", { className: "prices", part: "legend", ariaLabel: speech.say_("prices") }, ...prices),
      h("ul", { className: "shapes", ariaLabel: speech.say_("shapes"), hidden: !seats }, ...shapes),
      h("label", { className: "access", hidden: !kind.includes(Kind.Wheelchair) }, this.access_, speech.say_("accessible")),
    ];
  }

  /** Has the seats stand out that are asked for. */
  stress_() {
    const { choice_: { accessible_: accessible }, stage_: { painter_: painter, state_: state } } = this.chooser_, { kind, category } = state.hall_, at = this.category_;
    this.access_.checked = accessible;
    if (accessible && kind.includes(Kind.Wheelchair)) painter.stress_((seat) => kind[seat] === Kind.Wheelchair || kind[seat] === Kind.Companion, "currentColor");
    else if (at >= 0) painter.stress_((seat) => category[seat] === at, state.colour_(at));
    else painter.stress_();
  }
}
