// Says texts in a language.

import type { english } from "./english";

/** A text, or one for each plural category that its language has: of "{n} places" those for n. */
export type Text = string | { [category in Intl.LDMLPluralRule]?: string };

export type Words = { [word in keyof typeof english]: Text };

/** Letters of scripts that are written from the right. */
const fromTheRight = /[\u0590-\u08ff]/;

export class Speech {
  // Made when they are first wanted: the browser reads a language's rules for them, and the map is drawn before.
  private money_?: Intl.NumberFormat;
  private rules_?: Intl.PluralRules;

  constructor(private words_: Words, private locale_: string, private currency_: string, private exponent_: number) {}

  /** A text with its {names} replaced; n chooses the form by number. What is put into a text from the right may be from the left: it is kept together. */
  say_(word: keyof Words, names: Record<string, string | number> = {}): string {
    const given = this.words_[word], text = typeof given === "object" ? given[(this.rules_ ??= new Intl.PluralRules(this.locale_)).select(+names.n)] ?? given.other : given;
    return (text ?? word).replace(/{(\w+)}/g, (_, name) => {
      const value = names[name] ?? "", written = value.toLocaleString(this.locale_);
      return typeof value === "string" && fromTheRight.test(text ?? "") ? `\u2068${written}\u2069` : written;
    });
  }

  /** What there is of several things, one behind the other: "Gold, ₹300". */
  also_(...things: (string | undefined)[]): string {
    return things.filter((thing) => !!thing).reduce((first, second) => first ? this.say_("also", { first, second: second! }) : second!, "") as string;
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
