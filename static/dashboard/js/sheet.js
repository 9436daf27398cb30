// The one sheet that opens over the page: beside what it is about, never over the header or the
// panel with the proof, on a phone from below. It is closed by Esc, its button, or a press anywhere
// else but in the panel; the picture goes on behind it.

import { attr, box, shown, text, toggle } from "./dom.js";
import { EDGE, beside, covering, free, less, room } from "./sheetplace.js";

/** A double click opens and does not close again. */
const OPENED_MS = 400;
/** px between its two presses, at most. */
const TREMBLE = 8;
/** What is looked at, beside what the sheet is about. */
const LOOKED_AT = ".node, .twin-card, .versus";
/** Room below what a steady sheet shows at first, in parts of its own: rows may come. */
const TO_GROW = 1.08;

/**
 * @typedef {{element: HTMLElement, steady?: boolean, closed?: () => void,
 *   update?: (picture: any, now: number) => boolean|void}} Content
 *   update: false when there is nothing any more that it is about; steady: things in it are pressed
 *   while others change, so once it is open it stays where it is and never becomes lower
 * @typedef {{key: string, title: string, content: Content, anchor: () => Element|null,
 *   opener: () => HTMLElement|null, sides: string[], makeWay?: (sheet: DOMRect|null) => void}} Opening
 *   key: what it is about; anchor: beside what it stands; opener: where the focus goes afterwards;
 *   sides: of the anchor, the best first; makeWay: what it is about leaves the room to the sheet
 */
export class Sheet {
  /**
   * @param {{sheet: HTMLElement, title: HTMLElement, body: HTMLElement, close: HTMLElement,
   *   shade: HTMLElement, head: HTMLElement, panel: HTMLElement}} parts
   * @param {{phone: () => boolean}} context
   */
  constructor(parts, context) {
    this.parts = parts;
    this.context = context;
    /** @type {Opening|null} */
    this.about = null;
    this.byKeys = false;
    /** Whether the mouse was the last that did anything. */
    this.byMouse = false;
    /** When somebody did the last thing, and the one that opened it: as pressed, however late it is
        heard. */
    this.didAt = 0;
    this.openedAt = 0;
    parts.close.addEventListener("click", () => this.close());
    parts.shade.addEventListener("click", () => this.close());
    parts.sheet.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      this.byMouse = false;
      this.didAt = event.timeStamp;
      if (event.key === "Escape" && this.about) this.close();
    });
    /** Where it was pressed last, and when. */
    this.press = { x: 0, y: 0, at: -Infinity };
    this.pressing = false;
    /** Of the sheet that was closed by a press that is not over yet. @type {Opening["makeWay"]} */
    this.goBack = undefined;
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, () => setTimeout(() => this.released()), true);
    }
    document.addEventListener("pointerdown", (event) => {
      this.byMouse = true;
      this.didAt = event.timeStamp;
      if (!this.doubled(event)) this.pressed(event);
      this.press = { x: event.clientX, y: event.clientY, at: event.timeStamp };
    }, true);
    new ResizeObserver(() => this.resized()).observe(parts.sheet);
    window.addEventListener("resize", () => this.place());
  }

  /** @param {string} key @returns {boolean} whether it is open about this */
  isAbout(key) {
    return this.about?.key === key;
  }

  /** Opens, or closes again where it is open about the same. @param {Opening} about */
  toggle(about) {
    if (!this.isAbout(about.key)) return this.open(about);
    if (this.didAt - this.openedAt > OPENED_MS) this.close();
  }

  /** @param {Opening} about */
  open(about) {
    this.forget();
    this.about = about;
    this.openedAt = this.didAt;
    // Who came by mouse goes on by mouse: then the next space holds the picture again.
    this.byKeys = !this.byMouse && document.activeElement?.matches(":focus-visible") === true;
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
    // While somebody presses what stands beside it, that stays under the pointer.
    if (this.pressing) this.goBack ??= about?.makeWay;
    else about?.makeWay?.(null);
    about?.content.closed?.();
  }

  /** The press is over, and its click was heard. */
  released() {
    const { goBack } = this;
    this.pressing = false;
    this.goBack = undefined;
    // What was opened by the press has placed itself, if things make way for it too.
    if (!goBack || this.about?.makeWay) return;
    goBack(null);
    this.place();
  }

  update(picture, now) {
    if (this.about?.content.update?.(picture, now) === false) this.close(false);
  }

  /** The second press of a double click, wherever what it is about has gone by then. */
  doubled({ clientX, clientY, timeStamp }) {
    const { x, y, at } = this.press;
    const soon = timeStamp - this.openedAt < OPENED_MS && at <= this.openedAt;
    return this.about !== null && soon && Math.hypot(clientX - x, clientY - y) < TREMBLE;
  }

  pressed({ target }) {
    if (!this.about || this.parts.sheet.contains(target) || this.parts.shade === target) return;
    if (this.about.opener()?.contains(target) || this.parts.panel.contains(target)) return;
    this.pressing = true;
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

  resized() {
    if (this.about?.content.steady) this.keep();
    // A frame later: placing it may change its size, and what observes sizes must not.
    else requestAnimationFrame(() => this.place());
  }

  /** What stands still keeps its corner, and the room that it once took. */
  keep() {
    const { sheet } = this.parts;
    const high = sheet.offsetHeight;
    if (high > (parseFloat(sheet.style.minHeight) || 0)) sheet.style.minHeight = `${high}px`;
  }

  place() {
    const { sheet } = this.parts;
    const anchor = this.about?.anchor();
    if (!this.about || !anchor) return;
    const { steady } = this.about.content;
    this.about.makeWay?.(null);
    sheet.style.left = sheet.style.top = sheet.style.minHeight = sheet.style.maxHeight = "";
    if (!this.context.phone()) this.stand(box(anchor), steady ? TO_GROW : 1);
    if (steady) this.keep();
    if (this.leftmost()) this.about.makeWay?.(sheet.getBoundingClientRect());
    else if (!this.context.phone()) this.aside();
  }

  /** What covers other things beside what it is about goes to the left edge, if all makes way there. */
  aside() {
    const { sheet } = this.parts;
    const { makeWay } = this.about;
    const before = this.covers();
    if (!makeWay || Math.max(...before) === 0) return;
    const { left } = sheet.style;
    sheet.style.left = `${EDGE}px`;
    makeWay(sheet.getBoundingClientRect());
    if (less(this.covers(), before)) return;
    makeWay(null);
    sheet.style.left = left;
  }

  /** How much of what it is about and of what else is looked at is under it. */
  covers() {
    return covering(box(this.parts.sheet), [box(this.about.anchor())], this.others());
  }

  others() {
    return [...document.querySelectorAll(LOOKED_AT)].filter((one) => one !== this.about.anchor()).map(box);
  }

  /** Whether it stands at the left edge, where the flow begins. */
  leftmost() {
    return !this.context.phone() && this.parts.sheet.offsetLeft <= EDGE;
  }

  stand(anchor, grows) {
    const { sheet, head, panel } = this.parts;
    const view = { w: document.documentElement.clientWidth, h: window.innerHeight };
    const area = free(view, box(head), panel.offsetParent ? box(panel) : null, sheet.offsetWidth);
    sheet.style.maxHeight = `${room(area.y, area)}px`;
    const size = { w: sheet.offsetWidth, h: Math.min(sheet.offsetHeight * grows, room(area.y, area)) };
    const at = beside(anchor, size, area, this.about.sides, this.others());
    sheet.style.left = `${at.x}px`;
    sheet.style.top = `${at.y}px`;
    sheet.style.maxHeight = `${room(at.y, area)}px`;
  }
}
