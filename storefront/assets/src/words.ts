// The words of scripts, which the page gives as data in its language: the texts script.* of storefront/locale.

type Text = string | { [category in Intl.LDMLPluralRule]?: string };

const page = document.getElementById("words");
const words: Record<string, Text | undefined> = page ? JSON.parse(page.textContent ?? "{}") : {};
const language = document.documentElement.lang || "en";

// Made when they are first wanted: most pages say nothing.
let rules: Intl.PluralRules | undefined, numbers: Intl.NumberFormat | undefined;

/** A number in the language of the page, with the digits that its other numbers have. */
function written(n: number): string {
  return (numbers ??= new Intl.NumberFormat(`${language}-u-nu-latn`)).format(n);
}

/** The text with an id, its {names} replaced; count chooses the form of a text that has several. An id that the page has no text for is said as it is. */
export function say(id: string, values: Record<string, string | number> = {}): string {
  const text = words[id];
  const form = typeof text === "object" ? text[(rules ??= new Intl.PluralRules(language)).select(Number(values["count"]))] ?? text.other : text;
  return (form ?? id).replace(/{(\w+)}/g, (_, name: string) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? written(value) : value;
  });
}
