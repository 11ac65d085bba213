// The bar below the seat map: how many places are chosen and what they cost.

import type { Config, Selection } from "./seatmap/contract";
import { say } from "./words";

/** What the bar needs of the element. */
interface SeatMap extends HTMLElement { selection?: Selection }

/** Keeps the bar of a seat page in step with its map. */
export function basket(): void {
  const map = document.querySelector<SeatMap>("bms-seatmap"), total = document.querySelector("[data-basket-total]");
  const data = map?.querySelector("script")?.text; // the element takes it out when it is ready
  if (!map || !total || !data) return;
  const { locale, currency, exponent } = JSON.parse(data) as Config;
  // As in the map above it: without decimals that are all zero.
  const how: Intl.NumberFormatOptions & { trailingZeroDisplay: string } = { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" };
  const money = new Intl.NumberFormat(locale, how);
  const show = ({ count, minor }: Pick<Selection, "count" | "minor">) => {
    total.closest(".basket")?.classList.toggle("full", count > 0);
    total.textContent = count ? say("summary", { count, sum: money.format(minor / 10 ** exponent) }) : say("nothing_chosen");
  };
  map.addEventListener("bms-select", (event) => show((event as CustomEvent<Selection>).detail));
  map.addEventListener("bms-ready", () => {
    for (const hidden of document.querySelectorAll<HTMLElement>("[data-scripted]")) hidden.hidden = false;
    show(map.selection ?? { count: 0, minor: 0 });
  });
}
