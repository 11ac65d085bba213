// Standing areas, with a number for each buyer type.

import type { Chooser } from "./chooser";
import { stepper } from "./stepper";

export class Standing {
  readonly elements_: HTMLElement[];
  private areas_: { key_: string; free_: HTMLElement; fields_: [key: string, HTMLInputElement][] }[];

  constructor(private chooser_: Chooser) {
    const { choice_: choice, stage_: { h_: h, state_: state, most_: most } } = chooser_, { speech_: speech, hall_: { raw }, config_: { types } } = state;
    this.areas_ = [];
    this.elements_ = (raw.areas ?? []).map(({ key, name, category, capacity }) => {
      const free = h("span", { className: "soft" }), fields: [string, HTMLInputElement][] = [], element = h("fieldset", { className: "standing" }, h("legend", {}, h("bdi", {}, name), " ", free));
      types.forEach((type, i) => {
        const price = state.priceText_(category, i), field = `${key}.${type.key}`;
        if (!price) return;
        const number = stepper(chooser_, type.name || speech.say_("areaPlaces"), price, 0, Math.min(most, capacity), (n) => {
          const before = choice.areas_.get(field) ?? 0;
          choice.areas_.set(field, n);
          if (n > before && chooser_.full_(0)) choice.areas_.set(field, before);
          else chooser_.say_(choice.total_());
          chooser_.changed_("user");
        });
        fields.push([field, number.input_]);
        element.append(number.element_);
      });
      this.areas_.push({ key_: key, free_: free, fields_: fields });
      return element;
    });
  }

  /** Shows what has changed. */
  refresh_() {
    const { choice_: { areas_: chosen }, stage_: { state_: { room_: room, speech_: speech } } } = this.chooser_;
    for (const { key_: key, free_: free, fields_: fields } of this.areas_) {
      free.textContent = speech.say_("areaFree", { n: room[key] ?? 0 });
      for (const [field, input] of fields) input.value = String(chosen.get(field) ?? 0);
    }
  }

  /** Goes to the numbers of an area. */
  enter_(area: string) {
    this.areas_.find(({ key_: key }) => key === area)?.fields_[0]?.[1].focus();
  }
}
