// Lines at the edge of the screen, in the page's words.

/** The words that the page hands over, by the part of their id behind "script."; none where it hands over none. */
export const words = ((): Record<string, string | undefined> => {
  try {
    return JSON.parse(document.getElementById("words")!.textContent!);
  } catch {
    return {};
  }
})();

export class Lines {
  private readonly box = document.createElement("div");

  constructor() {
    this.box.className = "pwa";
    this.box.role = "status"; // there before its lines, so that they are read out
    document.querySelector("main")?.before(this.box);
  }

  /** Shows a line about something, with buttons. Without a text it shows nothing. */
  show(about: string, text: string | undefined, ...buttons: [name: string | undefined, press: () => void][]): void {
    this.hide(about);
    if (!text) return;
    const line = document.createElement("p");
    line.dataset["about"] = about;
    line.append(text);
    for (const [name, press] of buttons) {
      if (!name) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button quiet";
      button.textContent = name;
      button.addEventListener("click", press);
      line.append(button);
    }
    this.box.append(line);
  }

  /** Takes the line about something away. */
  hide(about: string): void {
    this.box.querySelector(`[data-about=${about}]`)?.remove();
  }
}
