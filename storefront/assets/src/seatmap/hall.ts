// What is known of the hall: its seats and areas, which of them are free, what they cost, and how all that is said.

import type { Config, Frame } from "./contract";
import { Kind, Status } from "./enums";
import { decode, labelOf, type Hall, type RawHall, type Row } from "./geometry";
import { Speech } from "./speech";

const palette = ["#2f6f8f", "#a0692b", "#5d6f2e", "#7d4a8c", "#a34e3b", "#3d6a62", "#8a5468", "#55608f"];

export class State {
  hall_: Hall;
  speech_: Speech;
  status_: Uint8Array;
  version_ = -1;
  /** Free places by area. */
  room_: Record<string, number> = {};

  constructor(raw: RawHall, public config_: Config) {
    this.hall_ = decode(raw);
    this.status_ = new Uint8Array(raw.seats);
    this.speech_ = new Speech(config_.texts!, config_.locale, config_.currency, config_.exponent);
    const { kind } = this.hall_;
    for (let seat = -1; (seat = kind.indexOf(Kind.House, seat + 1)) >= 0;) this.status_[seat] = Status.Blocked;
  }

  /** Takes a frame in; calls changed for each seat whose status is another. False means that one before it is missing. */
  apply_({ v: version, snapshot, s: seats = [], a: areas }: Frame, changed: (seat: number) => void = () => {}): boolean {
    const { kind, seats: all } = this.hall_;
    const set = (seat: number, status: number) => {
      if (seat >= all || kind[seat] === Kind.House || this.status_[seat] === status) return;
      this.status_[seat] = status;
      changed(seat);
    };
    if (snapshot !== undefined) {
      const bytes = atob(snapshot);
      for (let seat = 0; seat < all; seat++) set(seat, (bytes.charCodeAt(seat >> 2) >> ((seat & 3) * 2)) & 3);
    } else if (version <= this.version_) {
      return true;
    } else if (version > this.version_ + 1) {
      return false;
    }
    for (const [seat, status] of seats) set(seat, status);
    Object.assign(this.room_, areas);
    this.version_ = version;
    return true;
  }

  free_(seat: number): boolean {
    return this.status_[seat] === Status.Free;
  }

  /** Price in minor units of a category for a buyer type, null where it is not sold. */
  price_(category: number, type: number): number | null {
    return this.config_.prices[this.hall_.raw.categories[category].key]?.[type] ?? null;
  }

  priceText_(category: number, type = 0): string {
    const minor = this.price_(category, type);
    return minor === null ? "" : this.speech_.amount_(minor);
  }

  /** The colour of a category: the page's own for its key, the map's, or one of eight. */
  colour_(category: number): string {
    const { key, colour } = this.hall_.raw.categories[category], at = category % 8;
    return `var(--bms-cat-${key},${colour || `var(--bms-cat${at},${palette[at]})`})`;
  }

  rowOf_(seat: number): Row {
    return this.hall_.rows[this.hall_.row[seat]];
  }

  /** The label of a seat, as printed on it. */
  label_(seat: number): string {
    return labelOf(this.rowOf_(seat), seat);
  }

  /** A seat in words: "Stalls, row C, seat 7", without the section where there is but one. */
  place_(seat: number): string {
    const { sections } = this.hall_, { section, label: row } = this.rowOf_(seat);
    return this.speech_.say_(sections.length > 1 ? "place" : "seat", { section: sections[section].name, row, seat: this.label_(seat) });
  }

  /** What the page says of the view from a seat. */
  view_(seat: number) {
    return this.config_.views?.find(({ first, end }) => first <= seat && seat < end);
  }

  /** What one should know of a seat beside its place: category, kind, price, view. */
  facts_(seat: number): string {
    const { raw, category: { [seat]: category }, kind } = this.hall_, named = ([, "recliner", "wheelchair", "companion"] as const)[kind[seat]];
    return this.speech_.also_(raw.categories[category].name, named && this.speech_.say_(named), this.priceText_(category), this.view_(seat)?.note,
      this.free_(seat) ? "" : this.speech_.say_("taken"));
  }

  /** The seat nearest to a point, within so many hundredths of a unit; -1 for none. */
  nearest_(x: number, y: number, within: number, fits: (seat: number) => boolean = () => true): number {
    const { seats, x: xs, y: ys } = this.hall_;
    let best = within * within, found = -1;
    for (let seat = 0; seat < seats; seat++) {
      const dx = xs[seat] - x, dy = ys[seat] - y, far = dx * dx + dy * dy;
      if (far < best && fits(seat)) [best, found] = [far, seat];
    }
    return found;
  }
}
