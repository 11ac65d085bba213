// What a page and the element tell each other. storefront/seatview has the same in Go.

import type { Words } from "./speech";

/** The configuration: the content of a <script type="application/json"> child. */
export interface Config {
  currency: string;
  /** Decimal places of the currency: minor units are 10 to this power. */
  exponent: number;
  locale: string;
  /** The idempotency key of the form. The field "key" gets it with "s" behind it for chosen seats, "b" for best ones. */
  key?: string;
  /** Who buys: "adult", "child". Prices are in this order, and the first is the one for whom nothing is said. */
  types: { key: string; name: string }[];
  /** What one ticket costs with fees and tax in minor units, by category key, one for each buyer type; null where it is not sold to them. */
  prices: { [category: string]: (number | null)[] };
  /** What was chosen before: of a form that was sent back. */
  chosen?: { seats?: string[]; types?: Record<string, string>; areas?: Record<string, number>; accessible?: boolean };
  /** Why the choice was refused, about which seats, and which can be had instead. */
  refused?: Refusal;
  /** What one should know of seats, by their numbers in the hall, the last one left out. */
  views?: { first: number; end: number; note?: string; text?: string; image?: string }[];
  /** A picture below the seats, in map units. */
  background?: { src: string; x: number; y: number; width: number; height: number };
  /** What all seats look at, for halls without drawings: "Screen". */
  front?: string;
  /** Wheelchair spaces and companion seats are on general sale by now. */
  released?: boolean;
  /** All the words, in the language of the page; English when there are none. */
  texts?: Words;
}

export interface Refusal { text: string; seats?: string[]; instead?: string[] }

/** A frame of the live stream, as in bms/seating: whole with a snapshot, else what has changed. */
export interface Frame {
  v: number;
  snapshot?: string;
  s?: [seat: number, status: number][];
  a?: Record<string, number>;
}

/** The detail of the event bms-select. */
export interface Selection {
  seats: { name: string; section: string; row: string; label: string; category: string; type: string; minor: number }[];
  areas: { key: string; type: string; count: number; minor: number }[];
  count: number;
  /** What it all costs with fees and tax, in minor units; null until that is known. */
  minor: number | null;
  /** How many places and what they cost, in words. */
  text: string;
  currency: string;
  cause: "user" | "lost" | "restored" | "priced";
}

/** The detail of the event bms-best. The form is not sent when it is cancelled. */
export interface BestRequest {
  count: number;
  category: string;
  shape: string;
  types: Record<string, number>;
  wheelchairs: number;
  companions: number;
}
