// Says texts in a language.

import type { english } from "./english";

/** A text, or one for each plural category that its language has: of "{n} places" those for n. */
export type Text = string | { [category in Intl.LDMLPluralRule]?: string };

export type Words = { [word in keyof typeof english]: Text };

export class Speech {
  // Made when they are first wanted: the browser reads a language's rules for them, and the map is drawn before.
  private money_?: Intl.NumberFormat;
  private rules_?: Intl.PluralRules;

  constructor(private words_: Words, private locale_: string, private currency_: string, private exponent_: number) {}

  /** A text with its {names} replaced; n chooses the form by number. */
  say_(word: keyof Words, names: Record<string, string | number> = {}): string {
    const given = this.words_[word], text = typeof given === "object" ? given[(this.rules_ ??= new Intl.PluralRules(this.locale_)).select(+names.n)] ?? given.other : given;
    return (text ?? word).replace(/{(\w+)}/g, (_, name) => (names[name] ?? "").toLocaleString(this.locale_));
  }

  /** Things one after the other: "a, b, and c". */
  list_(things: string[]): string {
    return new Intl.ListFormat(this.locale_).format(things);
  }

  /** An amount of minor units, without decimals that are all zero. */
  amount_(minor: number): string {
    const how: Intl.NumberFormatOptions & { trailingZeroDisplay: string } = { style: "currency", currency: this.currency_, trailingZeroDisplay: "stripIfInteger" };
    return (this.money_ ??= new Intl.NumberFormat(this.locale_, how)).format(minor / 10 ** this.exponent_);
  }
}
