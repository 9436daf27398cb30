// Says how much more there is below the edge of something that scrolls, and goes there on a press:
// scroll bars that hide themselves do not say it.

import { attr, el, text, toggle } from "./dom.js";
import { count } from "./words.js";
import { linesBelow } from "./textlines.js";

/** px that are as good as none. */
const SLACK = 12;
/** px by which a line may be cut and is read all the same. */
const CUT = 2;

export class Below {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} holder it stands over the lower edge of this, last in it
   * @param {{heads: string|null, one: string, many: string}} counted what is counted, in words;
   *   heads: by which each is known, so that one whose head is seen is not below; null: lines of text
   */
  constructor(scroller, holder, counted) {
    this.scroller = scroller;
    this.counted = counted;
    this.button = el("button", { class: "below", type: "button", tabindex: "-1" }, "");
    holder.append(this.button);
    this.button.addEventListener("click", () => {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scroller.scrollBy({ top: scroller.clientHeight * 0.8, behavior: calm ? "auto" : "smooth" });
    });
    scroller.addEventListener("scroll", () => this.check(), { passive: true });
    this.check();
  }

  check() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    const more = clientHeight > 0 && scrollHeight - scrollTop - clientHeight > SLACK;
    toggle(this.button, "is", more);
    attr(this.button, "aria-hidden", more ? null : "true");
    if (more) text(this.button, this.words());
  }

  words() {
    // The button itself stands over the last of what scrolls.
    const edge = Math.min(this.scroller.getBoundingClientRect().bottom, this.button.getBoundingClientRect().top);
    const hidden = this.hidden(edge + CUT);
    return hidden ? `${count(hidden)} ${hidden === 1 ? this.counted.one : this.counted.many} below` : "More below";
  }

  /** How many end below an edge, px of the screen. */
  hidden(edge) {
    const { heads } = this.counted;
    if (heads === null) return linesBelow(this.scroller, edge);
    return [...this.scroller.querySelectorAll(heads)]
      .filter((one) => one.getBoundingClientRect().bottom > edge).length;
  }
}
