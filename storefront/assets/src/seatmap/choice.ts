// What is chosen, and what it costs.

import type { Config, Selection } from "./contract";
import { Kind } from "./enums";
import type { State } from "./hall";

/** How far away a seat may be that is offered for another, and how far apart neighbours are at most, in hundredths of a unit. */
const NEAR = 1000, BESIDE = 150;

export class Choice {
  /** Buyer type by chosen seat. */
  seats_ = new Map<number, number>();
  /** Places chosen in areas, by "area.type". */
  areas_ = new Map<string, number>();
  /** What it all costs with fees and tax, in minor units; null until that is known. */
  minor_: number | null = 0;
  /** Somebody uses a wheelchair. */
  accessible_ = false;

  constructor(private state_: State) {}

  /** Reports whether a seat is kept for wheelchair users and those with them. */
  kept_(seat: number): boolean {
    const { config_: { released }, hall_: { kind } } = this.state_;
    return !released && (kind[seat] === Kind.Wheelchair || kind[seat] === Kind.Companion);
  }

  /** Chooses a seat, for the first buyer type that it is sold to. */
  add_(seat: number) {
    const { config_: { types }, hall_: { category } } = this.state_;
    this.seats_.set(seat, Math.max(0, types.findIndex((_, type) => this.state_.price_(category[seat], type) !== null)));
  }

  /** Chooses what had been chosen before, as far as it is free, at most so many seats. */
  restore_({ seats = [], types = {}, areas = {}, accessible }: NonNullable<Config["chosen"]>, most: number) {
    this.accessible_ = !!accessible;
    for (const name of seats) {
      const seat = this.number_(name), type = this.state_.config_.types.findIndex(({ key }) => key === types[name]);
      if (!this.state_.free_(seat) || this.seats_.size >= most) continue;
      this.add_(seat);
      if (type >= 0) this.seats_.set(seat, type);
    }
    for (const [key, n] of Object.entries(areas)) this.areas_.set(key, n);
  }

  /** Places chosen in areas: area, buyer type, how many, price of one. */
  standing_(): [area: string, type: number, count: number, minor: number][] {
    const { hall_: { raw }, config_: { types } } = this.state_;
    return (raw.areas ?? []).flatMap(({ key: area, category }) => types.flatMap(({ key }, type) => {
      const count = this.areas_.get(`${area}.${key}`), minor = this.state_.price_(category, type);
      return count && minor !== null ? [[area, type, count, minor] as [string, number, number, number]] : [];
    }));
  }

  /** How many places are chosen. */
  count_(): number {
    return this.standing_().reduce((all, [, , count]) => all + count, this.seats_.size);
  }

  /** What the chosen places cost where that is the sum of their prices. */
  sum_(): number {
    let sum = 0;
    for (const [seat, type] of this.seats_) sum += this.state_.price_(this.state_.hall_.category[seat], type) ?? 0;
    for (const [, , count, minor] of this.standing_()) sum += count * minor;
    return sum;
  }

  /** How many tickets of which category and buyer type, as the server is asked for their price. */
  tickets_(): string {
    const { hall_: { raw, category }, config_: { types } } = this.state_, counts = new Map<string, number>();
    const add = (category: string, type: number, n: number) => {
      const of = `${category}.${types[type].key}`;
      counts.set(of, (counts.get(of) ?? 0) + n);
    };
    for (const [seat, type] of this.seats_) add(raw.categories[category[seat]].key, type, 1);
    for (const [area, type, n] of this.standing_()) add(raw.categories[raw.areas!.find(({ key }) => key === area)!.category].key, type, n);
    return String(new URLSearchParams([...counts].map(([of, n]) => ["ticket", `${n}.${of}`])));
  }

  /** How many places, and what they cost as far as that is known, in words. */
  total_(): string {
    const n = this.count_(), { speech_: speech } = this.state_, places = speech.say_("places", { n });
    if (!n) return speech.say_("nothing");
    return this.minor_ === null ? places : speech.say_("total", { places, sum: speech.amount_(this.minor_) });
  }

  /** What is chosen, as the page is told. */
  selection_(cause: Selection["cause"]): Selection {
    const { hall_: hall, config_: { types, currency } } = this.state_, { minor_: minor } = this;
    return {
      seats: [...this.seats_].map(([seat, type]) => {
        const { section, label: row } = this.state_.rowOf_(seat), category = hall.category[seat];
        return {
          name: this.name_(seat), section: hall.sections[section].key, row, label: this.state_.label_(seat),
          category: hall.raw.categories[category].key, type: types[type].key, minor: this.state_.price_(category, type) ?? 0,
        };
      }),
      areas: this.standing_().map(([key, type, count, minor]) => ({ key, type: types[type].key, count, minor })),
      count: this.count_(), minor, text: this.total_(), currency, cause,
    };
  }

  /** Free seats in place of others: side by side where those were, else for each the nearest of its sort; none when that cannot be had for all. */
  like_(seats: number[]): number[] {
    const { x, y } = this.state_.hall_, found = this.together_(seats);
    if (found.length) return found;
    for (const seat of seats) {
      const next = this.state_.nearest_(x[seat], y[seat], NEAR, (other) => !found.includes(other) && this.fits_(other, seat));
      if (next < 0) return [];
      found.push(next);
    }
    return found;
  }

  /** Whether a seat can be had in place of another. */
  private fits_(seat: number, other: number): boolean {
    const { category, kind } = this.state_.hall_;
    return this.state_.free_(seat) && !this.seats_.has(seat) && category[seat] === category[other] && kind[seat] === kind[other];
  }

  /** Whether so many seats from one on are side by side. */
  private row_(first: number, count: number): boolean {
    const { row, x, y } = this.state_.hall_;
    for (let seat = first + 1; seat < first + count; seat++) {
      if (row[seat] !== row[first] || Math.hypot(x[seat] - x[seat - 1], y[seat] - y[seat - 1]) > BESIDE) return false;
    }
    return true;
  }

  /** The nearest seats side by side in place of such; none when there are none, or when those were not. */
  private together_(seats: number[]): number[] {
    const { x, y, seats: all } = this.state_.hall_, count = seats.length, [from, ...others] = [...seats].sort((a, b) => a - b);
    let found: number[] = [], nearest = NEAR;
    if (!others.length || others.some((seat, i) => seat !== from + i + 1) || !this.row_(from, count)) return [];
    for (let first = 0; first + count <= all; first++) {
      const far = Math.hypot(x[first] - x[from], y[first] - y[from]);
      if (far >= nearest || !this.row_(first, count)) continue;
      const run = seats.map((_, i) => first + i);
      if (run.every((seat, i) => this.fits_(seat, from + i))) [found, nearest] = [run, far];
    }
    return found;
  }

  /** The name of a seat in forms and in the API: "stalls-C-7". */
  name_(seat: number): string {
    const { section, label } = this.state_.rowOf_(seat);
    return `${this.state_.hall_.sections[section].key}-${label}-${this.state_.label_(seat)}`;
  }

  /** The number of the seat with a name, -1 when there is none. */
  number_(name: string): number {
    for (const { key, rows } of this.state_.hall_.sections) {
      for (const { label, first, end } of rows) {
        if (!name.startsWith(`${key}-${label}-`)) continue;
        for (let seat = first; seat < end; seat++) if (this.name_(seat) === name) return seat;
      }
    }
    return -1;
  }

  /** The numbers of the seats with these names that there are. */
  numbers_(names: string[] = []): number[] {
    return names.map((name) => this.number_(name)).filter((seat) => seat >= 0);
  }

  /** Seats in words, one after the other. */
  places_(seats: number[]): string {
    return this.state_.speech_.list_(seats.map((seat) => this.state_.place_(seat)));
  }
}
