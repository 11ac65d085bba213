// The bar below the seat map: how many places are chosen and what they cost.

import type { Selection } from "./seatmap/contract";

/** What the bar needs of the element. */
interface SeatMap extends HTMLElement { selection?: Selection }

/** Keeps the bar of a seat page in step with its map. */
export function basket(): void {
  const map = document.querySelector<SeatMap>("bms-seatmap"), total = document.querySelector("[data-basket-total]");
  if (!map || !total) return;
  const show = ({ count, text }: Selection) => {
    total.closest(".basket")?.classList.toggle("full", count > 0);
    total.textContent = text;
  };
  map.addEventListener("bms-select", (event) => show((event as CustomEvent<Selection>).detail));
  map.addEventListener("bms-ready", () => {
    for (const hidden of document.querySelectorAll<HTMLElement>("[data-scripted]")) hidden.hidden = false;
    if (map.selection) show(map.selection);
  });
}
