// Reads the geometry of a hall: the JSON of seatmap.Geometry in bms/catalog/seatmap, whose
// documentation is the format's. Positions are hundredths of a map unit.

type Runs = [count: number, x: number, y: number, dx?: number, dy?: number, turn?: number][];

/** Labels of a row's seats: one each, or runs of numbers [first, step, count, …], the last count left out. */
type Numbers = readonly (number | string)[];

/** Classes of a row's seats: [class, count, …], the last count left out. */
type Classes = readonly number[];

export interface RawHall {
  seats: number;
  box: number[];
  categories: Category[];
  kinds: string[];
  sections?: { key: string; name: string; rows: [string, Runs, (Numbers | 0)?, (Classes | 0)?, (Classes | 0)?][] }[];
  areas?: Area[];
  drawings?: { text?: string; colour?: string; shape: number[] }[];
}

export interface Category { key: string; name: string; colour?: string }
export interface Area { key: string; name: string; category: number; capacity: number; shape?: number[] }
export interface Section { key: string; name: string; rows: Row[]; first: number; end: number }
export interface Row { label: string; section: number; first: number; end: number; numbers: Numbers }

/** The names of kinds in the order of the enum Kind. */
const kinds = ["standard", "recliner", "wheelchair", "companion", "house"];

/** A hall with a number for each seat, counted from 0 through sections and rows. */
export interface Hall {
  raw: RawHall;
  seats: number;
  sections: Section[];
  rows: Row[];
  /** The row of each seat, an index into rows. */
  row: Uint32Array;
  x: Float64Array;
  y: Float64Array;
  /** Half a seat along its row; a right angle from it is half a seat towards the back. */
  hx: Float64Array;
  hy: Float64Array;
  category: Uint8Array;
  kind: Uint8Array;
}

export function decode(raw: RawHall): Hall {
  const n = raw.seats;
  const hall: Hall = {
    raw, seats: n, sections: [], rows: [], row: new Uint32Array(n),
    x: new Float64Array(n), y: new Float64Array(n), hx: new Float64Array(n), hy: new Float64Array(n),
    category: new Uint8Array(n), kind: new Uint8Array(n),
  };
  const known = raw.kinds.map((name) => Math.max(0, kinds.indexOf(name)));
  let numbers: Numbers = [1, 1], categories: Classes = [0], classes: Classes = [0], first = 0;
  for (const [at, s] of (raw.sections ?? []).entries()) {
    const section: Section = { key: s.key, name: s.name, rows: [], first, end: first };
    hall.sections.push(section);
    for (const [label, runs, a, b, c] of s.rows) {
      numbers = a || numbers;
      categories = b || categories;
      classes = c || classes;
      const end = place(hall, runs, first);
      spread(categories, hall.category, first, end);
      spread(classes, hall.kind, first, end, known);
      const row = { label, section: at, first, end, numbers };
      section.rows.push(row);
      hall.row.fill(hall.rows.push(row) - 1, first, end);
      first = end;
    }
    section.end = first;
  }
  if (first !== n) throw Error(`${first} seats, not ${n}`);
  return hall;
}

/** Puts the seats of a row in their places. Returns the number behind its last one. */
function place(hall: Hall, runs: Runs, seat: number): number {
  for (const [count, x, y, dx = 0, dy = 0, turn = 0] of runs) {
    const cos = Math.cos(turn / 1e5), sin = Math.sin(turn / 1e5);
    let atX = x, atY = y, stepX = dx / 10, stepY = dy / 10;
    const length = Math.hypot(stepX, stepY);
    const half = length ? Math.min(40, length * .4) / length : 0, end = seat + count;
    hall.hx.fill(half ? stepX * half : 40, seat, end);
    hall.hy.fill(stepY * half, seat, end);
    for (; seat < end; seat++) {
      hall.x[seat] = atX;
      hall.y[seat] = atY;
      atX += stepX;
      atY += stepY;
      if (!turn) continue;
      hall.hx[seat] = stepX * half;
      hall.hy[seat] = stepY * half;
      const turned = stepX * cos - stepY * sin;
      stepY = stepX * sin + stepY * cos;
      stepX = turned;
    }
  }
  return seat;
}

function spread(list: Classes, into: Uint8Array, from: number, end: number, names?: number[]) {
  for (let i = 0; from < end; i += 2) {
    const next = i + 1 < list.length ? from + list[i + 1] : end;
    into.fill(names ? names[list[i]] : list[i], from, next);
    from = next;
  }
}

/** The label of a seat, as printed on it. */
export function labelOf(row: Row, seat: number): string {
  let i = seat - row.first;
  const list = row.numbers;
  if (typeof list[0] === "string") return String(list[i]);
  for (let at = 0; ; at += 3) {
    const count = list[at + 2] as number | undefined;
    if (count === undefined || i < count) return String((list[at] as number) + i * (list[at + 1] as number));
    i -= count;
  }
}
