// Moves the map under its frame: drag, wheel, pinch, double tap, keys and buttons. The drawing is moved as a whole, by a
// CSS transform; nothing is drawn anew.

import { svg } from "./dom";

export interface Hands {
  /** A tap or click at a point of the drawing. Returns whether it meant something there. */
  tap_(x: number, y: number, event: PointerEvent): boolean;
  /** The mouse is over a point of the drawing, or has left: NaN. */
  hover_(x: number, y: number): void;
  /** The view has come to rest. */
  rest_(): void;
}

/** The most CSS pixels of a seat's width. */
const LARGEST = 56;

/** How far a finger may slip, in CSS pixels, before a tap becomes a drag. */
const SLIP = 6;

/** How many CSS pixels an arrow key moves the map. */
const STEP = 60;

const { hypot, max, min } = Math;

export class View {
  /** A small map that shows which part is seen. */
  readonly mini_: SVGSVGElement;
  private hole_ = svg("rect");
  /** Enlargement; 1 shows the whole hall. */
  private zoom_ = 1;
  /** CSS pixels of a hundredth of a unit at zoom 1. */
  private fit_ = 1;
  private left_ = 0;
  private top_ = 0;
  private width_ = 0;
  private height_ = 0;
  private fingers_ = new Map<number, { clientX: number; clientY: number }>();
  private moved_ = false;
  private hit_ = false;
  private idle_ = 0;
  private passed_ = -Infinity;

  constructor(readonly frame_: HTMLElement, private picture_: SVGSVGElement, private box_: number[], floors: string, private hands_: Hands) {
    const [left, top, width, height] = box_;
    this.mini_ = svg("svg", { class: "mini", viewBox: box_.join(" "), "aria-hidden": "true" }, svg("path", { class: "floor", d: floors }), this.hole_);
    new ResizeObserver(() => this.resize_()).observe(frame_);
    frame_.onpointerdown = (event) => this.down_(event);
    frame_.onpointermove = (event) => this.move_(event);
    frame_.onpointerup = (event) => {
      // A tap on a seat is for the seat; two taps beside the seats enlarge.
      if (this.fingers_.delete(event.pointerId) && !this.moved_) this.hit_ = hands_.tap_(...this.point_(...this.at_(event)), event);
    };
    frame_.onpointercancel = ({ pointerId }) => this.fingers_.delete(pointerId);
    frame_.onpointerleave = () => hands_.hover_(NaN, NaN);
    frame_.ondblclick = (event) => this.hit_ || this.ease_(() => this.by_(2, ...this.at_(event)));
    frame_.onkeydown = (event) => this.key_(event);
    frame_.addEventListener("wheel", (event) => this.wheel_(event), { passive: false });
    this.mini_.onpointerdown = this.mini_.onpointermove = ({ buttons, clientX, clientY }) => {
      const r = this.mini_.getBoundingClientRect();
      if (buttons) this.centre_(left + ((clientX - r.x) / r.width) * width, top + ((clientY - r.y) / r.height) * height);
    };
  }

  /** CSS pixels of a seat's width. */
  scale_(): number {
    return this.fit_ * this.zoom_ * 100;
  }

  /** The part of the drawing that is seen: left, top, right, bottom. */
  seen_(): number[] {
    return [...this.point_(0, 0), ...this.point_(this.width_, this.height_)];
  }

  private resize_() {
    const { clientWidth, clientHeight } = this.frame_, first = !this.width_, middle = this.point_(this.width_ / 2, this.height_ / 2);
    if (!clientWidth || !clientHeight) return;
    this.width_ = clientWidth;
    this.height_ = clientHeight;
    this.fit_ = min(clientWidth / this.box_[2], clientHeight / this.box_[3]);
    ["width", "height"].forEach((side, i) => this.picture_.setAttribute(side, String(this.box_[2 + i] * this.fit_)));
    if (first) this.apply_();
    else this.centre_(...middle);
  }

  /** The point of the drawing below a point of the frame. */
  private point_(x: number, y: number): [number, number] {
    const scale = this.fit_ * this.zoom_;
    return [(x - this.left_) / scale + this.box_[0], (y - this.top_) / scale + this.box_[1]];
  }

  /** The point of the frame of an event. */
  private at_({ clientX, clientY }: { clientX: number; clientY: number }): [number, number] {
    const { x, y } = this.frame_.getBoundingClientRect();
    return [clientX - x, clientY - y];
  }

  /** Shows seats of so many CSS pixels, as far as the limits allow. */
  private size_(pixels: number) {
    this.zoom_ = max(1, min(pixels, LARGEST) / (this.fit_ * 100));
  }

  /** Enlarges by a factor, 0 for the whole hall, around a point of the frame, or its middle. */
  by_(factor: number, x = this.width_ / 2, y = this.height_ / 2) {
    const before = this.zoom_;
    this.size_(this.scale_() * factor);
    this.left_ = x - ((x - this.left_) * this.zoom_) / before;
    this.top_ = y - ((y - this.top_) * this.zoom_) / before;
    this.apply_();
  }

  /** Brings a point to the middle. */
  private centre_(x: number, y: number) {
    const scale = this.fit_ * this.zoom_;
    this.left_ = this.width_ / 2 - (x - this.box_[0]) * scale;
    this.top_ = this.height_ / 2 - (y - this.box_[1]) * scale;
    this.apply_();
  }

  /** Goes to a box, as large as it fits. Where its seats would have fewer pixels than the least, it goes to the point. */
  go_([left, top, right, bottom]: number[], x: number, y: number, least: number) {
    const fits = min(this.width_ / (right - left + 300), this.height_ / (bottom - top + 300)) * 100;
    this.ease_(() => {
      this.size_(max(fits, least));
      if (fits < least) this.centre_(x, y);
      else this.centre_((left + right) / 2, (top + bottom) / 2);
    });
  }

  /** Shows a point, and seats of at least so many pixels, if it does not yet. */
  show_(x: number, y: number, least: number) {
    const [left, top, right, bottom] = this.seen_(), edge = 150, small = this.scale_() < least;
    if (!small && x > left + edge && x < right - edge && y > top + edge && y < bottom - edge) return;
    this.ease_(() => {
      if (small) this.size_(least);
      this.centre_(x, y);
    });
  }

  /** Moves with a transition, unless the visitor wants less motion. */
  ease_(move: () => void) {
    this.frame_.classList.add("easing");
    move();
  }

  private apply_() {
    const { zoom_: zoom, frame_: { classList, style }, mini_: mini } = this, [, , width, height] = this.box_, scale = this.fit_ * zoom, zoomed = zoom > 1.01;
    const clamp = (at: number, size: number, frame: number) => (size <= frame ? (frame - size) / 2 : min(0, max(frame - size, at)));
    this.left_ = clamp(this.left_, width * scale, this.width_);
    this.top_ = clamp(this.top_, height * scale, this.height_);
    this.picture_.style.transform = `translate(${this.left_}px,${this.top_}px) scale(${zoom})`;
    classList.add("moving");
    classList.toggle("near", this.scale_() >= 12);
    style.touchAction = zoomed ? "none" : "pan-y"; // a finger on the whole hall scrolls the page
    mini.classList.toggle("shown", zoomed);
    const [left, top, right, bottom] = this.seen_();
    Object.entries({ x: left, y: top, width: right - left, height: bottom - top }).forEach(([name, value]) => this.hole_.setAttribute(name, String(value)));
    clearTimeout(this.idle_);
    // At rest the browser draws the seats sharply at their new size.
    this.idle_ = setTimeout(() => {
      classList.remove("moving", "easing");
      this.hands_.rest_();
    }, 260);
  }

  private down_(event: PointerEvent) {
    if (event.button) return;
    this.frame_.classList.remove("easing");
    this.moved_ = this.fingers_.size > 0;
    this.fingers_.set(event.pointerId, event);
    this.frame_.setPointerCapture(event.pointerId);
  }

  private move_(event: PointerEvent) {
    const { clientX, clientY, pointerId, pointerType } = event, finger = this.fingers_.get(pointerId);
    if (!finger) {
      if (pointerType === "mouse") this.hands_.hover_(...this.point_(...this.at_(event)));
      return;
    }
    const dx = clientX - finger.clientX, dy = clientY - finger.clientY, other = [...this.fingers_.values()].find((one) => one !== finger);
    if (!this.moved_ && hypot(dx, dy) < SLIP) return;
    this.moved_ = true;
    this.fingers_.set(pointerId, event);
    this.left_ += other ? dx / 2 : dx;
    this.top_ += other ? dy / 2 : dy;
    if (!other) return this.apply_();
    const apart = ({ clientX: x, clientY: y }: { clientX: number; clientY: number }) => hypot(x - other.clientX, y - other.clientY) || 1;
    this.by_(apart(event) / apart(finger), ...this.at_({ clientX: (clientX + other.clientX) / 2, clientY: (clientY + other.clientY) / 2 }));
  }

  private wheel_(event: WheelEvent) {
    const { deltaY, deltaMode, ctrlKey, timeStamp } = event;
    // Who scrolls the page past the map does not mean the map.
    if (!ctrlKey && this.zoom_ <= 1 && (deltaY > 0 || timeStamp - this.passed_ < 400)) {
      this.passed_ = timeStamp;
      return;
    }
    event.preventDefault();
    this.frame_.classList.remove("easing");
    this.by_(Math.exp(deltaY * (deltaMode ? 30 : 1) * (ctrlKey ? -.01 : -.002)), ...this.at_(event));
  }

  private key_(event: KeyboardEvent) {
    const { key, ctrlKey, metaKey, altKey } = event, sign = "+=".includes(key) ? 1.5 : key === "-" ? 1 / 1.5 : key === "0" ? 0 : 1;
    const [dx, dy] = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[key] ?? [0, 0];
    if (ctrlKey || metaKey || altKey || (sign === 1 && !dx && !dy)) return;
    event.preventDefault();
    this.left_ += dx * STEP;
    this.top_ += dy * STEP;
    this.ease_(() => this.by_(sign));
  }
}
