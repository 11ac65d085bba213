// What only a script can do, for pages that work without it: seats that change while one
// looks at them, a running total, a countdown, and looking again for an outcome.

import { pwa } from "./pwa/page";
import { suggest } from "./suggest";

const SECOND = 1000;

/** Announces text to screen readers, even when it is the same as before. */
function announce(element, text) {
  if (!element) return;
  element.textContent = "";
  setTimeout(() => { element.textContent = text; }, 50);
}

// ---- Countdown -------------------------------------------------------------

/** Counts a deadline down by the time that has passed here: this computer's clock may be wrong. */
function countDown(box) {
  const shown = box.querySelector("[data-clock]");
  const polite = box.querySelector("[data-clock-say]");
  const urgent = box.querySelector("[data-clock-alert]");
  const end = performance.timeOrigin + performance.now() + Number(box.dataset.left);
  const warnings = [300, 120, 60, 20].filter((s) => s * SECOND < Number(box.dataset.left));
  shown.hidden = false;
  const tick = () => {
    const left = Math.max(0, end - performance.timeOrigin - performance.now());
    const seconds = Math.ceil(left / SECOND);
    shown.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    box.classList.toggle("soon", seconds <= 60);
    while (warnings.length && seconds <= warnings[0]) {
      const at = warnings.shift();
      const text = at >= 60 ? `${at / 60} ${at === 60 ? "minute" : "minutes"} left.` : `${at} seconds left.`;
      announce(at <= 60 ? urgent : polite, text);
    }
    if (left === 0) {
      clearInterval(timer);
      announce(urgent, "The time is over.");
      // A moment later the server agrees that the time is over.
      setTimeout(() => { if (!document.querySelector("form :focus")) location.reload(); }, 2 * SECOND);
    }
  };
  const timer = setInterval(tick, SECOND / 4);
  tick();
}

// ---- Seats -----------------------------------------------------------------

const FREE = 0, BLOCKED = 3; // held is 1, sold is 2
const SHAPES = ["#seat-free", "#seat-held", "#seat-sold", "#seat-blocked"];

class SeatPage {
  constructor(part, data) {
    this.form = part; // with the form, unless one has to choose a section first
    this.data = data;
    this.status = new Uint8Array(data.seats);
    this.version = -1;
    this.marks = new Map(); // drawn seats by number
    this.boxes = new Map(); // checkboxes by number
    this.base = new Map(); // the shape of a free seat by number
    this.house = new Set(data.house); // seats that are never on sale
    this.say = document.querySelector("[data-say]");
    this.alert = document.querySelector("[data-alert]");
    this.state = document.querySelector("[data-live-state]");
    this.money = new Intl.NumberFormat(data.locale, { style: "currency", currency: data.currency });
    this.types = new Map(); // chosen buyer type by seat
    this.collect();
    this.listen();
    this.showBasket();
    new LiveSeats(data, this);
  }

  collect() {
    for (const mark of document.querySelectorAll("use[data-seat]")) {
      const n = Number(mark.dataset.seat);
      this.marks.set(n, mark);
      const shape = mark.getAttribute("href");
      this.base.set(n, shape === "#seat-wheelchair" ? shape : SHAPES[FREE]);
    }
    for (const box of this.form.querySelectorAll("input[data-seat]")) {
      const n = Number(box.dataset.seat);
      this.boxes.set(n, box);
      if (!box.disabled) this.marks.get(n)?.setAttribute("data-pick", "");
    }
  }

  listen() {
    this.form.addEventListener("input", (event) => {
      if (event.target.matches("input[data-price]")) this.showTotal();
    });
    this.form.addEventListener("change", (event) => {
      const box = event.target;
      if (!box.matches("input[data-seat]")) return;
      if (box.checked && this.chosen().length > this.data.max) {
        box.checked = false;
        announce(this.alert, `You can reserve at most ${this.data.max} places at once.`);
        return;
      }
      this.redraw(Number(box.dataset.seat));
      this.showBasket();
      this.tell(box);
    });
    const scroll = document.querySelector("[data-map-scroll]");
    if (!scroll) return;
    scroll.addEventListener("click", (event) => {
      const box = this.boxAt(event);
      if (!box || box.disabled) return;
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
    this.form.addEventListener("focusin", (event) => {
      if (event.target.matches("input[data-seat]")) this.marks.get(Number(event.target.dataset.seat))?.setAttribute("data-focus", "");
    });
    this.form.addEventListener("focusout", (event) => {
      if (event.target.matches("input[data-seat]")) this.marks.get(Number(event.target.dataset.seat))?.removeAttribute("data-focus");
    });
    this.zoom(scroll);
  }

  /** The seat that a click means: the one under it, or the nearest within reach of a finger. */
  boxAt(event) {
    const mark = event.target.closest("use[data-seat]");
    if (mark) return this.boxes.get(Number(mark.dataset.seat));
    let nearest, best = 16 ** 2;
    for (const [n, candidate] of this.marks) {
      const r = candidate.getBoundingClientRect();
      const distance = (r.x + r.width / 2 - event.clientX) ** 2 + (r.y + r.height / 2 - event.clientY) ** 2;
      if (distance < best) [nearest, best] = [n, distance];
    }
    return this.boxes.get(nearest);
  }

  zoom(scroll) {
    const tools = document.querySelector("[data-map-tools]");
    const map = scroll.querySelector("svg");
    if (!tools || !map) return;
    tools.hidden = false;
    let scale = 1;
    tools.addEventListener("click", (event) => {
      const way = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (!way) return;
      scale = Math.min(4, Math.max(1, scale * (way === "in" ? 1.5 : 1 / 1.5)));
      const middle = (scroll.scrollLeft + scroll.clientWidth / 2) / scroll.scrollWidth;
      map.style.maxWidth = "none";
      map.style.width = `${scale * 100}%`;
      scroll.scrollLeft = middle * scroll.scrollWidth - scroll.clientWidth / 2;
    });
  }

  chosen() {
    return [...this.boxes.values()].filter((box) => box.checked);
  }

  label(box) {
    return box.closest("label").textContent.replace(/\s+/g, " ").replace(/ ,/g, ",").replace(", not available", "").trim();
  }

  /** A seat by its row, and by its section where there are several: "Stalls, row C, seat 7". */
  place(box) {
    const [seat, row] = this.label(box).split(", ");
    const place = `${row}, seat ${seat}`;
    if (document.querySelectorAll("fieldset.section").length < 2) return place[0].toUpperCase() + place.slice(1);
    return `${box.closest("fieldset.section").querySelector("legend").firstChild.textContent.trim()}, ${place}`;
  }

  redraw(n) {
    const mark = this.marks.get(n), box = this.boxes.get(n);
    if (!mark) return;
    const gone = box ? box.disabled : this.status[n] !== FREE;
    mark.toggleAttribute("data-pick", Boolean(box) && !gone);
    mark.setAttribute("href", box?.checked ? "#seat-chosen" : gone ? SHAPES[this.status[n]] : this.base.get(n));
  }

  price(box, type) {
    const minor = this.data.categories[Number(box.dataset.category)]?.prices[type];
    return minor == null ? null : minor / 10 ** this.data.exponent;
  }

  /** What is chosen, seats and places in areas, in words. */
  summary() {
    const boxes = this.chosen();
    let count = boxes.length;
    let sum = boxes.reduce((total, box) => total + (this.price(box, this.types.get(box.value) ?? 0) ?? 0), 0);
    for (const field of this.form.querySelectorAll("input[data-price]")) {
      const places = Math.max(0, Number(field.value) || 0);
      count += places;
      sum += places * Number(field.dataset.price) / 10 ** this.data.exponent;
    }
    if (count === 0) return "Nothing chosen yet";
    return `${count} ${count === 1 ? "place" : "places"}, ${this.money.format(sum)} before fees`;
  }

  showTotal() {
    const total = this.form.querySelector("[data-basket-total]");
    if (total) total.textContent = this.summary();
  }

  showBasket() {
    this.showTotal();
    const boxes = this.chosen();
    const list = this.form.querySelector("[data-basket-list]");
    const counts = this.form.querySelector("[data-counts]");
    if (!list || this.boxes.size === 0) return;
    if (counts) counts.hidden = true; // the basket asks for each seat instead
    for (const field of counts?.querySelectorAll("input") ?? []) field.disabled = true;
    const rows = document.createElement("ul");
    for (const box of boxes) rows.append(this.basketRow(box));
    list.replaceChildren(...(boxes.length ? [rows] : []));
  }

  basketRow(box) {
    const row = document.createElement("li"), name = document.createElement("span");
    name.textContent = this.place(box);
    row.append(name);
    if (this.data.types.length > 1) row.append(this.typeChoice(box));
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "drop";
    drop.textContent = "×";
    drop.setAttribute("aria-label", `Remove seat ${this.label(box)}`);
    drop.addEventListener("click", () => {
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      this.form.querySelector("[type=submit]").focus();
    });
    row.append(drop);
    return row;
  }

  typeChoice(box) {
    const choice = document.createElement("select");
    choice.name = `type.${box.value}`;
    choice.setAttribute("aria-label", `Ticket for seat ${this.label(box)}`);
    this.data.types.forEach((type, i) => {
      const price = this.price(box, i);
      if (price === null) return;
      const option = new Option(`${type.name}, ${this.money.format(price)}`, type.key, false, (this.types.get(box.value) ?? 0) === i);
      option.dataset.type = i;
      choice.append(option);
    });
    choice.addEventListener("change", () => {
      this.types.set(box.value, Number(choice.selectedOptions[0].dataset.type));
      this.showTotal();
    });
    return choice;
  }

  tell(box) {
    announce(this.say, `Seat ${this.label(box)} ${box.checked ? "chosen" : "removed"}. ${this.summary()}.`);
  }

  /** Takes a frame of the live stream: the whole state, or what has changed. */
  apply(frame) {
    const lost = [];
    if (frame.snapshot !== undefined) {
      const bytes = Uint8Array.from(atob(frame.snapshot), (c) => c.charCodeAt(0));
      for (let n = 0; n < this.data.seats; n++) this.set(n, (bytes[n >> 2] >> ((n & 3) * 2)) & 3, lost);
    } else if (frame.v !== this.version + 1) {
      return false;
    }
    for (const [n, status] of frame.s ?? []) this.set(n, status, lost);
    for (const [key, free] of Object.entries(frame.a ?? {})) {
      const shown = document.querySelector(`[data-area="${CSS.escape(key)}"]`);
      if (shown) shown.textContent = free;
    }
    this.version = frame.v;
    this.countSections();
    if (lost.length) this.lose(lost);
    return true;
  }

  set(n, status, lost) {
    this.status[n] = this.house.has(n) ? BLOCKED : status;
    const box = this.boxes.get(n);
    const gone = this.status[n] !== FREE;
    if (!box || box.disabled === gone) {
      this.redraw(n);
      return;
    }
    if (gone && box.checked) {
      lost.push(this.label(box));
      box.checked = false;
    }
    box.disabled = gone;
    const label = box.closest("label");
    label.classList.toggle("gone", gone);
    label.querySelector("[data-gone]").textContent = gone ? ", not available" : "";
    this.redraw(n);
  }

  countSections() {
    for (const shown of document.querySelectorAll("[data-section-first]")) {
      const seats = this.status.subarray(Number(shown.dataset.sectionFirst), Number(shown.dataset.sectionEnd));
      const free = seats.reduce((sum, status) => sum + (status === FREE ? 1 : 0), 0);
      shown.textContent = shown.textContent.replace(/^\d+/, free);
    }
  }

  lose(labels) {
    announce(this.alert, `Somebody has just taken seat ${labels.join("; seat ")}. It is no longer in your choice.`);
    this.showBasket();
  }

  /** Shows whether what one sees is up to date. */
  connected(live) {
    if (this.state) this.state.textContent = live ? "Live" : "Live updates paused";
  }
}

/** Follows a show's seats over a WebSocket, and asks every few seconds while there is none. */
class LiveSeats {
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.tries = 0;
    this.connect();
    addEventListener("pagehide", () => this.socket?.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.connect(); });
  }

  connect() {
    const address = new URL(this.data.live, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    if (this.page.version >= 0) address.searchParams.set("since", this.page.version);
    this.socket = new WebSocket(address);
    this.socket.onmessage = (event) => {
      this.tries = 0;
      this.page.connected(true);
      if (!this.page.apply(JSON.parse(event.data))) {
        this.page.version = -1;
        this.socket.close();
      }
    };
    this.socket.onopen = () => this.page.connected(true);
    this.socket.onclose = () => this.retry();
  }

  /** Comes back later and later, and polls in between, so that nobody looks at old seats. */
  retry() {
    this.page.connected(false);
    this.tries++;
    const wait = Math.min(15, 2 ** this.tries / 2) * (0.7 + Math.random() * 0.6) * SECOND;
    setTimeout(async () => {
      await this.poll();
      this.connect();
    }, wait);
  }

  async poll() {
    const address = new URL(this.data.poll, location.href);
    if (this.page.version >= 0) address.searchParams.set("since", this.page.version);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      for (const frame of (await answer.json()).frames) if (!this.page.apply(frame)) this.page.version = -1;
    } catch {
      // Without a network there is nothing to show; the next try comes.
    }
  }
}

// ---- Waiting for an outcome ------------------------------------------------

for (const box of document.querySelectorAll("[data-left]")) countDown(box);

for (const box of document.querySelectorAll("[data-reload]")) {
  setTimeout(() => location.replace(box.dataset.reload), 4 * SECOND);
}

const seats = document.querySelector("[data-seats]");
const data = document.getElementById("seat-data");
if (seats && data) new SeatPage(seats, JSON.parse(data.textContent));

// Whoever sent a form that was refused begins to read at what is wrong with it.
document.querySelector("#notice[role=alert]")?.focus();

suggest();
pwa();
