// Draws the hall: one path for each section and look, so that 50,000 seats are a few hundred elements.

import { svg } from "./dom";
import { Kind } from "./enums";
import type { Hall, Row, Section } from "./geometry";
import type { State } from "./hall";

/** A form around the middle of a seat: where its line begins, the line, and where that ends. */
type Form = readonly [fromX: number, fromY: number, line: string, toX: number, toY: number];

const circle = (r: number): Form => [-r, 0, `a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0${-2 * r} 0z`, -r, 0];

/** Forms, so that a status is no colour: a hatched box, a cross, a dot, and a tick. */
const forms = {
  held: [-34, -34, "h68v68h-68zm0 34l34-34m-34 68l68-68m-34 68l34-34", 34, 0],
  sold: [-24, -24, "l48 48m0-48l-48 48", -24, 24],
  blocked: [0, 0, "h0", 0, 0],
  tick: [-22, 2, "l16 16 30-34", 24, -16],
} satisfies { [look: string]: Form };

/** Kinds of seats that are not squares: a circle, and a square on its tip. */
const special: { [kind: number]: Form } = { [Kind.Wheelchair]: circle(42), [Kind.Companion]: [0, -46, "l46 46-46 46-46-46z", 0, -46] };

/** Squares along their row, by half their side: few directions are different. */
const squares: Form[] = [];

function square(a: number, b: number): Form {
  const line = b ? `l${2 * a} ${2 * b} ${-2 * b} ${2 * a} ${-2 * a} ${-2 * b}z` : `h${2 * a}v${2 * a}h${-2 * a}z`;
  return [b - a, -b - a, line, b - a, -b - a];
}

/** The form of a free seat. */
function shape({ hx, hy, kind }: Hall, seat: number): Form {
  const a = Math.round(hx[seat]), b = Math.round(hy[seat]);
  return special[kind[seat]] ?? (squares[a * 128 + b + 9e3] ??= square(a, b));
}

/** Writes a path. It moves by differences, which are shorter than places. */
class Pen {
  path_ = "";
  private x_ = 0;
  private y_ = 0;

  draw_({ x: xs, y: ys }: Hall, seat: number, [fromX, fromY, line, toX, toY]: Form) {
    const x = Math.round(xs[seat]), y = Math.round(ys[seat]);
    this.path_ += `m${x + fromX - this.x_} ${y + fromY - this.y_}${line}`;
    this.x_ = x + toX;
    this.y_ = y + toY;
  }
}

/** The statuses in the order of the enum Status. */
const looks = ["free", "held", "sold", "blocked"] as const;

/** A seat for the legend. */
export function sample(look: "free" | "chosen" | "held" | "sold" | "blocked", kind = Kind.Standard, fill?: string): SVGSVGElement {
  const hall = { x: [0], y: [0], hx: [40], hy: [0], kind: [kind] } as unknown as Hall;
  const path = (name: string, form: Form) => {
    const pen = new Pen();
    pen.draw_(hall, 0, form);
    return svg("path", { class: name, d: pen.path_, fill });
  };
  return svg("svg", { viewBox: "-60 -60 120 120", class: "sample", "aria-hidden": "true" },
    ...(look === "free" || look === "chosen" ? [path(look, shape(hall, 0)), look === "chosen" && path("tick", forms.tick)] : [path(look, forms[look])]));
}

export class Painter {
  readonly svg_: SVGSVGElement;
  /** The drawing's left, top, width and height. */
  readonly box_: number[];
  /** The floors of all sections, as a path. */
  readonly floors_: string;
  /** Sections that have to be drawn anew. */
  private dirty_: Set<number>;
  private groups_: SVGGElement[];
  private paths_: SVGPathElement[][];
  private over_ = ["free", "chosen", "tick", "warned", "ring"].map((look) => svg("path", { class: look }));
  private rows_ = svg("g", { class: "labels" });
  private filter_?: (seat: number) => boolean;
  private frame_ = 0;
  /** Sections that are drawn with what is taken in them. Of a large hall that is not made out from afar. */
  private full_ = new Set<number>();

  constructor(private state_: State) {
    const { raw: { box: [left, top, right, bottom], drawings, areas }, sections, seats } = state_.hall_, { front, background } = state_.config_;
    const hasFront = front && seats && !drawings?.length && !areas?.some((area) => area.shape), room = hasFront ? 200 : 0;
    const pad = Math.max(170, (right - left) / 40);
    this.box_ = [left - pad, top - pad - room, right - left + 2 * pad, bottom - top + 2 * pad + room];
    this.groups_ = sections.map(() => svg("g"));
    this.paths_ = sections.map(() => []);
    this.dirty_ = new Set(sections.keys());
    if (seats <= 5000) this.full_ = new Set(sections.keys());
    this.svg_ = svg("svg", { viewBox: this.box_.join(" "), class: "hall", "aria-hidden": "true" },
      background && svg("image", { href: background.src, x: background.x * 100, y: background.y * 100, width: background.width * 100, height: background.height * 100, preserveAspectRatio: "none" }),
      svg("path", { class: "floor", d: this.floors_ = this.outline_() }), ...this.scenery_(),
      hasFront ? svg("path", { class: "front", d: `M${(left * 4 + right) / 5} ${top - 170}Q${(left + right) / 2} ${top - 250} ${(left + right * 4) / 5} ${top - 170}` }) : "",
      hasFront ? svg("text", { class: "name", x: (left + right) / 2, y: top - 130, "font-size": 110 }, front) : "",
      svg("g", { class: "seats" }, ...this.groups_), this.rows_, ...this.over_, ...this.names_());
    this.flush_();
  }

  /** The floor of each section: along its first row, from end to end of the rows, and back along its last. */
  private outline_(): string {
    const { sections, x, y } = this.state_.hall_;
    return sections.map(({ rows }) => {
      const along = ({ first, end }: Row) => Array.from({ length: end - first }, (_, i) => first + i), front = rows[0], back = rows.at(-1)!;
      const seats = [...along(front), ...rows.map(({ end }) => end - 1), ...along(back).reverse(), ...rows.map(({ first }) => first).reverse()];
      return `M${seats.map((seat) => `${Math.round(x[seat])} ${Math.round(y[seat])}`).join("L")}z`;
    }).join("");
  }

  /** What is drawn beside the seats, and standing areas. */
  private scenery_(): Element[] {
    const { drawings = [], areas = [] } = this.state_.hall_.raw;
    const draw = (list: number[], look: string, text = "", fill?: string, area?: string) => {
      const [[x, width], [y, height]] = [0, 1].map((odd) => {
        const axis = list.filter((_, i) => i % 2 === odd), low = Math.min(...axis), high = Math.max(...axis);
        return [(low + high) / 2, high - low];
      });
      return [svg("path", { class: look, d: `M${list}z`, fill, "data-area": area }), svg("text", { class: "name", x, y, "font-size": Math.min((width / Math.max(4, text.length)) * 1.5, height / 2) }, text)];
    };
    return [
      ...drawings.flatMap(({ shape, text, colour }) => draw(shape, "scenery", text, colour)),
      ...areas.flatMap(({ shape, name, key }) => (shape ? draw(shape, "area", name, undefined, key) : [])),
    ];
  }

  /** Names of sections, for who looks at the whole hall, without a first word that all have: of "Section 101" the number. */
  private names_(): Element[] {
    const { sections } = this.state_.hall_, word = sections[0]?.name.split(" ")[0] + " ", same = sections.every(({ name }) => name.startsWith(word));
    if (sections.length < 2) return [];
    const all = sections.map((section) => {
      const [left, top, right, bottom] = this.around_(section), name = same ? section.name.slice(word.length) : section.name, long = Math.max(4, name.length);
      return { name, long, x: (left + right) / 2, y: (top + bottom) / 2, most: Math.min(((right - left + 100) / long) * 1.6, (bottom - top + 100) / 3) };
    });
    // No larger than so that no two touch: beside each other their letters have room, above each other their lines.
    return [svg("g", { class: "names" }, ...all.map(({ name, long, x, y, most }) => {
      const size = all.reduce((least, other) => other.x === x && other.y === y ? least
        : Math.min(least, Math.max(Math.abs(other.x - x) / Math.max(long, other.long) * 1.3, Math.abs(other.y - y) / 1.3)), most);
      return svg("text", { x, y, "font-size": size, "stroke-width": size / 5 }, name);
    }))];
  }

  /** The box around the seats of a section. */
  around_({ rows }: Section): number[] {
    const { x, y } = this.state_.hall_, ends = rows.flatMap(({ first, end }) => [first, (first + end) >> 1, end - 1]), xs = ends.map((seat) => x[seat]), ys = ends.map((seat) => y[seat]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }

  /** Has a seat drawn anew with the next frame. */
  touch_(seat: number) {
    this.dirty_.add(this.state_.rowOf_(seat).section);
    this.frame_ ||= requestAnimationFrame(() => this.flush_());
  }

  private flush_() {
    this.frame_ = 0;
    this.dirty_.forEach((at) => this.section_(at));
    this.dirty_.clear();
    this.match_();
  }

  private section_(at: number) {
    const { hall_: hall, status_: status } = this.state_, { first, end } = hall.sections[at], { category } = hall, colours = hall.raw.categories.length;
    const pens: Pen[] = [], paths = this.paths_[at], full = this.full_.has(at);
    for (let seat = first; seat < end; seat++) {
      const is = status[seat];
      if (is && !full) continue;
      (pens[is ? colours + is : category[seat]] ??= new Pen()).draw_(hall, seat, is ? forms[looks[is] as "held"] : shape(hall, seat));
    }
    for (let look = 0; look < colours + 4; look++) {
      const pen = pens[look];
      if (pen && !paths[look]) {
        paths[look] = svg("path", look < colours ? { class: "free", fill: this.state_.colour_(look) } : { class: looks[look - colours] });
        this.groups_[at].append(paths[look]);
      }
      paths[look]?.setAttribute("d", pen?.path_ ?? "");
    }
  }

  /** Has all seats stand back but the free ones that fit. */
  stress_(filter?: (seat: number) => boolean, fill = "") {
    this.filter_ = filter;
    this.svg_.classList.toggle("stressed", !!filter);
    this.over_[0].setAttribute("fill", fill);
    this.match_();
  }

  private match_() {
    const { filter_: filter, state_: state } = this, { hall_: { seats } } = state, pen = new Pen();
    if (filter) for (let seat = 0; seat < seats; seat++) if (filter(seat) && state.free_(seat)) pen.draw_(state.hall_, seat, shape(state.hall_, seat));
    this.over_[0].setAttribute("d", pen.path_);
  }

  /** Draws seats over the others. */
  private draw_(over: number, seats: number[], form?: Form) {
    const { hall_: hall } = this.state_, pen = new Pen();
    for (const seat of seats) pen.draw_(hall, seat, form ?? shape(hall, seat));
    this.over_[over].setAttribute("d", pen.path_);
  }

  /** Draws the chosen seats. */
  choose_(seats: number[]) {
    this.draw_(1, seats);
    this.draw_(2, seats, forms.tick);
  }

  /** Marks seats that there is something to say about. */
  warn_(seats: number[]) {
    this.draw_(3, seats, circle(58));
  }

  /** Draws a ring around the seat in hand, -1 for none. */
  ring_(seat: number) {
    this.draw_(4, seat < 0 ? [] : [seat], circle(62));
  }

  /** Draws all of the sections that a box shows and writes the labels of their rows, for who looks closely. */
  near_([left, top, right, bottom]: number[] = []) {
    const { sections, x, y, hx, hy } = this.state_.hall_, labels: Element[] = [];
    sections.forEach((section, at) => {
      const [low, front, high, back] = this.around_(section);
      if (this.full_.has(at) || !(low < right && high > left && front < bottom && back > top)) return;
      this.full_.add(at);
      this.section_(at);
    });
    const at = (seat: number, side: number, text: string) => {
      const labelX = x[seat] + side * hx[seat] * 2.4, labelY = y[seat] + side * hy[seat] * 2.4;
      if (labelX > left && labelX < right && labelY > top && labelY < bottom && labels.length < 200) labels.push(svg("text", { x: labelX, y: labelY }, text));
    };
    for (const { rows } of sections) {
      for (const { first, end, label } of rows) {
        at(first, -1, label);
        at(end - 1, 1, label);
      }
    }
    this.rows_.replaceChildren(...labels);
  }
}
