// Says how much more there is below the edge of something that scrolls, and goes there on a press:
// scroll bars that hide themselves do not say it.

import { attr, el, text, toggle } from "./dom.js";
import { count } from "./words.js";

/** px that are as good as none. */
const SLACK = 12;

export class Below {
  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} holder it stands over the lower edge of this, last in it
   * @param {{items: string, one: string, many: string}} counted what of the content is counted, in words
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
    const edge = this.scroller.getBoundingClientRect().bottom;
    const hidden = [...this.scroller.querySelectorAll(this.counted.items)]
      .filter((one) => one.getBoundingClientRect().bottom > edge + 1).length;
    return hidden ? `${count(hidden)} ${hidden === 1 ? this.counted.one : this.counted.many} below` : "More below";
  }
}
