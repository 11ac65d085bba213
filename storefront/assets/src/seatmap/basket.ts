// What is chosen, with prices.

import type { Chooser } from "./chooser";

export class Basket {
  private rows_: HTMLElement;
  private total_: HTMLElement;
  readonly element_: HTMLElement;

  constructor(private chooser_: Chooser) {
    const { h_: h, state_: { speech_: speech } } = chooser_.stage_;
    this.rows_ = h("ul");
    this.total_ = h("p", { className: "total" });
    this.element_ = h("section", { className: "basket", part: "basket" }, h("h2", { tabIndex: -1 }, speech.say_("basket")), this.rows_, this.total_);
  }

  refresh_() {
    const { choice_: choice, stage_: { h_: h, quote_: quote, state_: { speech_: speech, config_: { types }, hall_: { raw } } } } = this.chooser_;
    const rows = [...choice.seats_].map(([seat, type]) => this.row_(seat, type));
    for (const [area, type, n, minor] of choice.standing_()) {
      const what = speech.also_(raw.areas!.find(({ key }) => key === area)!.name, speech.say_("places", { n }), types[type].name);
      rows.push(h("li", {}, h("span", {}, what), !quote && h("bdi", {}, speech.amount_(n * minor))));
    }
    const within = this.element_.contains((this.element_.getRootNode() as ShadowRoot).activeElement);
    this.rows_.replaceChildren(...rows);
    this.total_.textContent = choice.total_();
    if (within) this.element_.querySelector("h2")!.focus(); // what had the focus is gone
  }

  private row_(seat: number, type: number): HTMLElement {
    const { chooser_: chooser } = this, { choice_: choice, stage_: { h_: h, state_: state } } = chooser, { speech_: speech, config_: { types }, hall_: { raw, category: { [seat]: category } } } = state;
    const place = state.place_(seat), view = state.view_(seat);
    const select = h("select", { ariaLabel: speech.say_("ticket", { place }), onchange: () => {
      choice.seats_.set(seat, +select.value);
      chooser.changed_("user", "");
    } }, ...types.map(({ name }, i) => {
      const price = state.priceText_(category, i);
      return price && new Option(speech.also_(name, price), String(i), false, i === type);
    }));
    return h("li", {},
      h("span", {}, place, h("small", { className: "soft" }, speech.also_(raw.categories[category].name, view?.note))),
      types.length > 1 ? select : h("bdi", {}, state.priceText_(category, type)),
      h("button", { type: "button", className: "drop", ariaLabel: speech.say_("remove", { place }), onclick: () => chooser.toggle_(seat) }, "×"),
      (view?.text || view?.image) && h("details", {}, h("summary", {}, speech.say_("view")), view.text && h("p", {}, view.text),
        view.image && h("img", { src: view.image, alt: view.text ? "" : view.note ?? "", loading: "lazy" })));
  }
}
