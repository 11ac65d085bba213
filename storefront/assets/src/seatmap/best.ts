// The form for the best seats: how many for whom, where, and how close together.

import type { Chooser } from "./chooser";
import { Kind } from "./enums";
import type { Words } from "./speech";
import { stepper } from "./stepper";

export function bestForm(chooser: Chooser): HTMLElement {
  const { h_: h, state_: state, most_: most } = chooser.stage_, { speech_: speech, config_: { types }, hall_: { raw, category, kind } } = state;
  const number = (label: string, value = 0) => stepper(chooser, label, "", value, most);
  const people = types.map(({ name }, i) => number(name || speech.say_("seats"), i ? 0 : Math.min(2, most)));
  const wheelchairs = number(speech.say_("wheelchairs")), companions = number(speech.say_("companions"));
  const choice = (id: string, options: HTMLOptionElement[]) => h("select", { id }, ...options);
  const label = (word: keyof Words) => h("label", { htmlFor: word }, speech.say_(word));
  const where = choice("where", [new Option(speech.say_("anywhere"), ""), ...raw.categories.flatMap(({ key, name }, at) =>
    category.includes(at) ? new Option(speech.also_(name, state.priceText_(at)), key) : [])]);
  const shape = choice("shape", (["together", "stacked", "scattered"] as const).map((key) => new Option(speech.say_(key), key)));
  const ask = () => {
    const counts = people.map((field) => field.value_());
    chooser.best_({
      count: counts.reduce((sum, n) => sum + n), category: where.value, shape: shape.value,
      types: Object.fromEntries(counts.map((n, i) => [types[i].key, n] as const).filter(([, n], i) => i && n)),
      wheelchairs: wheelchairs.value_(), companions: companions.value_(),
    });
  };
  return h("details", { className: "best", part: "best" },
    h("summary", {}, h("h2", {}, speech.say_("best"))), h("p", { className: "soft" }, speech.say_("bestHelp")),
    ...people.map((field) => field.element_), label("where"), where, label("shape"), shape,
    ...(kind.includes(Kind.Wheelchair) ? [wheelchairs.element_, companions.element_] : []),
    h("button", { type: "button", className: "go", onclick: ask }, speech.say_("bestGo")));
}
