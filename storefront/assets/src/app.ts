// What only a script can do, for pages that work without it. Every page loads this; each part looks for what it is about.

import { basket } from "./basket";
import { browse } from "./browse";
import { countdown } from "./countdown";
import { forYou } from "./foryou";
import { pwa } from "./pwa/page";
import { suggest } from "./suggest";

basket();
countdown();

for (const button of document.querySelectorAll<HTMLElement>("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Whoever sent a form that was refused begins to read at what is wrong with it.
document.querySelector<HTMLElement>("#notice[role=alert]")?.focus();

suggest();
browse();
forYou();
pwa();
