/** Has screen readers say a text, even when it is the same as before. */
export function announce(element: Element | null, text: string): void {
  if (!element) return;
  element.textContent = "";
  setTimeout(() => { element.textContent = text; }, 50);
}
