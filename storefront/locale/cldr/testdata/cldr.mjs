// Writes cldr.json: what the Intl of a JavaScript engine, which has CLDR's own data, makes of values that the tests write.
//   node testdata/cldr.mjs > testdata/cldr.json
// The file in the repository is of ICU 78.2 with CLDR 48.

const tags = ["en-US", "en-GB", "en-IN", "en-AE", "en-NG", "en-GH", "hi-IN", "ta-IN", "es-ES", "de-DE", "ar-AE"];

const numbers = [0, 7, 999, 1000, 1234, 9999, 10000, 99999, 100000, 1234567, 12345678, -5, -123456];
const rates = [0, 10000, 180000, 88750, 125000, 1000000, -50000, 25]; // parts per million
const amounts = [[0, "EUR", 2], [5, "EUR", 2], [123400, "EUR", 2], [123456750, "INR", 2], [11800000, "INR", 2], [-1200, "INR", 2], [1250, "USD", 2],
  [1800, "JPY", 0], [-1234567, "JPY", 0], [3500, "KWD", 3], [1234005, "KWD", 3], [5000, "AED", 2], [-123450, "AED", 2], [999, "GBP", 2], [123450, "CHF", 2], [100000, "XOF", 0]];
const codes = ["AED", "AUD", "BHD", "BRL", "CAD", "CHF", "CNY", "DKK", "DZD", "EGP", "EUR", "GBP", "HKD", "ILS", "INR", "IQD", "IRR", "JOD", "JPY", "KRW",
  "KWD", "LBP", "LKR", "LYD", "MAD", "MRU", "MXN", "MYR", "NZD", "OMR", "PHP", "PKR", "QAR", "SAR", "SDG", "SEK", "SGD", "SYP", "THB", "TND", "TRY", "TWD",
  "USD", "VND", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR"];
const moments = ["2026-01-01T00:05:00Z", "2026-02-02T09:30:09Z", "2026-03-03T11:59:59Z", "2026-04-04T12:00:00Z", "2026-05-05T13:07:05Z", "2026-06-06T19:35:00Z",
  "2026-07-10T20:00:00Z", "2026-08-15T23:59:00Z", "2026-09-21T18:15:00Z", "2026-10-27T07:45:30Z", "2026-11-22T14:05:09Z", "2026-12-31T21:00:00Z"];
const ranges = [["2026-11-22", "2026-11-25"], ["2026-11-22", "2026-12-03"], ["2026-11-22", "2027-01-03"], ["2026-05-01", "2026-05-31"], ["2026-06-05", "2026-06-05"]];
const words = [["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C", "D"], ["Ana", "Inés"], ["padre", "hijo"], ["agua", "hielo"]];
const kilometres = [0.4, 1, 1.25, 9.9, 12, 1234];
const days = [-2, -1, 0, 1, 2, 3, 11, 30];

const out = {};
for (const tag of tags) {
  const number = (options) => new Intl.NumberFormat(tag, options);
  const date = (options) => new Intl.DateTimeFormat(tag, { timeZone: "UTC", ...options });
  const money = (minor, currency, exponent, fewest) => number({ style: "currency", currency, minimumFractionDigits: fewest, maximumFractionDigits: exponent })
    .format(minor / 10 ** exponent);
  const day = { weekday: "short", day: "numeric", month: "short" };
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  const medium = { day: "numeric", month: "short", year: "numeric" };
  const clock = { hour: ["de-DE", "en-GB", "en-NG"].includes(tag) ? "2-digit" : "numeric", minute: "2-digit" }; // with a date ICU would write 9:30 for what is 09:30 alone
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  out[tag] = {
    numbers: numbers.map((n) => [n, number().format(n)]),
    rates: rates.map((r) => [r, number({ style: "percent", maximumFractionDigits: 4 }).format(r / 1e6)]),
    amounts: amounts.map(([minor, currency, exponent]) => [minor, currency, money(minor, currency, exponent, exponent)]),
    prices: amounts.map(([minor, currency, exponent]) => [minor, currency, money(minor, currency, exponent, minor % 10 ** exponent === 0 ? 0 : exponent)]),
    symbols: codes.map((c) => [c, money(1, c, 0, 0)]),
    moments: moments.map((iso) => {
      const at = new Date(iso);
      return {
        at: iso, day: date(day).format(at), long: date(long).format(at), date: date(medium).format(at), clock: date({ timeStyle: "short" }).format(at),
        seconds: date({ timeStyle: "medium" }).format(at), when: date({ ...long, ...clock, timeZoneName: "short" }).format(at),
        moment: date({ day: "numeric", month: "short", ...clock }).format(at), dayClock: date({ ...day, ...clock }).format(at),
      };
    }),
    ranges: ranges.map(([a, b]) => [a, b, date(medium).formatRange(new Date(a), new Date(b))]),
    lists: words.map((list) => [list, new Intl.ListFormat(tag).format(list)]),
    kilometres: kilometres.map((km) => [km, number({ style: "unit", unit: "kilometer", maximumFractionDigits: km < 10 ? 1 : 0 }).format(km)]),
    relative: [
      ...days.map((n) => ["day", n, relative.format(n, "day")]),
      ...[1, 2, 5, 11, -1, -2, -5, -11].flatMap((n) => ["hour", "minute"].map((unit) => [unit, n, relative.format(n, unit)])),
    ],
  };
}
// One value a line, so that a change shows; what cannot be seen is written as its code.
console.log(JSON.stringify(out, null, 1).replace(/\[\n\s+("?[^[\]{}]*?)\n\s+\]/g, (_, body) => `[${body.replace(/\n\s+/g, " ")}]`)
  .replace(/[\u00a0\u2009\u200e\u200f\u202f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`));
