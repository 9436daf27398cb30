// Buttons that have just changed are deaf for a moment: a second tap or a second Enter must not
// press what has only now come to stand under the finger or the focus.

import { toggle } from "./dom.js";

/** Longer than the time between the two presses of a double click. */
const FRESH_MS = 400;

export class Fresh {
  /** @param {HTMLElement} holder of the buttons; with the class "fresh" pointers pass it by */
  constructor(holder) {
    this.holder = holder;
    this.timer = 0;
    // Keys press by a click without a pointer, and a held Enter presses again and again.
    holder.addEventListener("click", (event) => this.swallow(event), true);
    holder.addEventListener("keydown", (event) => {
      if (event.repeat && event.target.closest("button")) event.preventDefault();
    });
  }

  swallow(event) {
    if (!this.holder.classList.contains("fresh")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  settle() {
    toggle(this.holder, "fresh", true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => toggle(this.holder, "fresh", false), FRESH_MS);
  }
}
