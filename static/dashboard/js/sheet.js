// The one sheet that opens over the page: beside what it is about, on a phone from below. It is
// closed by Esc, its button, or a press anywhere else; the picture goes on behind it.

import { attr, shown, text, toggle } from "./dom.js";
import { beside } from "./sheetplace.js";

/** A double click opens and does not close again. */
const OPENED_MS = 400;

/**
 * @typedef {{element: HTMLElement, update?: (picture: any, now: number) => boolean|void,
 *   closed?: () => void}} Content update: false when there is nothing any more that it is about
 * @typedef {{key: string, title: string, content: Content, anchor: () => Element|null,
 *   opener: () => HTMLElement|null, sides: string[]}} Opening
 *   key: what it is about; anchor: beside what it stands; opener: where the focus goes afterwards;
 *   sides: of the anchor, the best first
 */
export class Sheet {
  /**
   * @param {{sheet: HTMLElement, title: HTMLElement, body: HTMLElement, close: HTMLElement,
   *   shade: HTMLElement}} parts
   * @param {{phone: () => boolean}} context
   */
  constructor(parts, context) {
    this.parts = parts;
    this.context = context;
    /** @type {Opening|null} */
    this.about = null;
    this.openedAt = 0;
    this.byKeys = false;
    parts.close.addEventListener("click", () => this.close());
    parts.shade.addEventListener("click", () => this.close());
    parts.sheet.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.about) this.close();
    });
    document.addEventListener("pointerdown", (event) => this.pressed(event), true);
    const place = () => this.place();
    new ResizeObserver(place).observe(parts.sheet);
    window.addEventListener("resize", place);
  }

  /** @param {string} key @returns {boolean} whether it is open about this */
  isAbout(key) {
    return this.about?.key === key;
  }

  /** Opens, or closes again where it is open about the same. @param {Opening} about */
  toggle(about) {
    if (!this.isAbout(about.key)) return this.open(about);
    if (performance.now() - this.openedAt > OPENED_MS) this.close();
  }

  /** @param {Opening} about */
  open(about) {
    this.forget();
    this.about = about;
    this.openedAt = performance.now();
    // Who came by mouse goes on by mouse: then the next space freezes the picture again.
    this.byKeys = document.activeElement?.matches(":focus-visible") === true;
    text(this.parts.title, about.title);
    this.parts.body.replaceChildren(about.content.element);
    this.parts.body.scrollTop = 0;
    this.mark("true");
    shown(this.parts.sheet, true);
    shown(this.parts.shade, true);
    toggle(document.body, "sheeted", true);
    this.place();
    // Not a button of it: a second Enter must press nothing.
    this.parts.sheet.focus({ preventScroll: true });
  }

  /** @param {boolean} refocus whether the focus goes back to where it came from */
  close(refocus = true) {
    const { about } = this;
    if (!about) return;
    shown(this.parts.sheet, false);
    shown(this.parts.shade, false);
    toggle(document.body, "sheeted", false);
    this.forget();
    if (refocus && this.byKeys) about.opener()?.focus({ preventScroll: true });
  }

  /** A button that opens a sheet says whether it is open. */
  mark(open) {
    const opener = this.about?.opener();
    if (opener?.hasAttribute("aria-haspopup")) attr(opener, "aria-expanded", open);
  }

  forget() {
    const { about } = this;
    this.mark("false");
    this.about = null;
    about?.content.closed?.();
  }

  update(picture, now) {
    if (this.about?.content.update?.(picture, now) === false) this.close(false);
  }

  pressed({ target }) {
    if (!this.about || this.parts.sheet.contains(target) || this.parts.shade === target) return;
    if (this.about.opener()?.contains(target)) return;
    this.close(false);
  }

  /** Tab goes round inside. */
  key(event) {
    if (event.key !== "Tab") return;
    const inside = [...this.parts.sheet.querySelectorAll("button, input, select, a, pre[tabindex]")]
      .filter((one) => !one.disabled && one.offsetParent);
    const edge = event.shiftKey ? inside[0] : inside[inside.length - 1];
    const at = document.activeElement;
    if (at !== edge && !(event.shiftKey && at === this.parts.sheet)) return;
    event.preventDefault();
    (event.shiftKey ? inside[inside.length - 1] : inside[0])?.focus();
  }

  place() {
    const { sheet } = this.parts;
    const anchor = this.about?.anchor();
    if (!this.about || !anchor) return;
    const size = { w: sheet.offsetWidth, h: sheet.offsetHeight };
    const view = { w: document.documentElement.clientWidth, h: window.innerHeight };
    const { left, top, width: w, height: h } = anchor.getBoundingClientRect();
    const at = beside({ x: left, y: top, w, h }, size, view, this.about.sides);
    sheet.style.left = this.context.phone() ? "" : `${at.x}px`;
    sheet.style.top = this.context.phone() ? "" : `${at.y}px`;
  }
}
