// A number with a button on either side.

import type { Chooser } from "./chooser";

let made = 0;

export interface Stepper { element_: HTMLElement; input_: HTMLInputElement; value_(): number }

/** Asks for a number from 0 to most; changed is called when it is another. */
export function stepper({ stage_: { h_: h, state_: { speech_: speech } } }: Chooser, what: string, hint: string, value: number, most: number, changed?: (n: number) => void): Stepper {
  const id = `n${made++}`;
  const read = () => Math.min(most, Math.max(0, Math.trunc(input.valueAsNumber) || 0));
  const add = (n: number) => {
    input.value = String(read() + n);
    input.value = String(read());
    changed?.(read());
  };
  const input = h("input", { type: "number", id, min: 0, max: most, value, inputMode: "numeric", onchange: () => add(0) });
  const button = (sign: string, n: number, word: "more" | "fewer") => h("button", { type: "button", ariaLabel: speech.say_(word, { what }), onclick: () => add(n) }, sign);
  return {
    element_: h("p", { className: "stepper" }, h("label", { htmlFor: id }, what, h("span", { className: "soft" }, " ", hint)), button("−", -1, "fewer"), input, button("+", 1, "more")),
    input_: input, value_: read,
  };
}
