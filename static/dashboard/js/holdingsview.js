// The partitions on a card with several instances: a box an instance, a cell a partition. A cell
// that changes hands is seen to move.

import { attr, el, keyed, shown, text, toggle } from "./dom.js";
import { look } from "./states.js";
import { regraph } from "./glyphs.js";

const MOVE_MS = 600;
/** The box of those that nobody holds; and what the boxes are. */
const NOBODY = "";
const WHAT = ":";
const SAID = "Instance: partitions it reads";

export class HoldingsView {
  /** @param {{calm: () => boolean}} context */
  constructor(context) {
    this.context = context;
    this.boxes = new Map();
    /** @type {Map<string, HTMLElement>} cells by key, whoever holds them */
    this.cells = new Map();
    this.element = el("ul", { class: "holdings", "aria-label": "Partitions", hidden: "" });
  }

  /** @param {ReturnType<typeof import("./holdings.js").holdings>} found */
  update(found) {
    shown(this.element, found !== null);
    if (!found) return this.clear();
    const before = this.places();
    const { holders, free, numbered } = found;
    const all = free.length ? [...holders, { instance: NOBODY, short: "", state: "", cells: free }] : holders;
    keyed(this.element, this.boxes, [WHAT, ...all.map((holder) => holder.instance)], (name) => {
      if (name === WHAT) return el("li", { class: "what" }, SAID);
      return el("li", name === NOBODY ? { class: "nobody", title: "Held by nobody just now" } : {}, el("b"), el("span"));
    });
    toggle(this.element, "bare", !numbered);
    const there = new Set(all.flatMap((holder) => (holder.cells ?? []).map((cell) => cell.key)));
    for (const [key, cell] of this.cells) {
      if (there.has(key)) continue;
      cell.remove();
      this.cells.delete(key);
    }
    for (const holder of all) this.updateBox(holder);
    this.move(before);
  }

  clear() {
    this.boxes.clear();
    this.cells.clear();
    this.element.replaceChildren();
  }

  updateBox({ instance, short, state, cells }) {
    const box = this.boxes.get(instance);
    const name = box.querySelector("b");
    const held = box.querySelector("span");
    attr(box, "data-holder", instance);
    text(name, instance === NOBODY ? "" : `${short}:`);
    if (instance !== NOBODY) {
      const { tone, word } = look(state);
      attr(box, "data-tone", tone);
      attr(box, "title", `${instance}: ${word}${cells?.length === 0 ? ", no partition" : ""}`);
    }
    toggle(box, "unsure", cells === null);
    (cells ?? []).forEach(({ key, number, title }, i) => {
      const cell = this.cells.get(key) ?? el("i", { "data-partition": key });
      this.cells.set(key, cell);
      text(cell, String(number));
      attr(cell, "title", title);
      if (held.children[i] !== cell) held.insertBefore(cell, held.children[i] ?? null);
    });
    const { glyph } = look(state || "unknown");
    if (instance !== NOBODY && glyph !== "play") regraph(box, glyph);
    else box.querySelector("svg.glyph")?.remove();
  }

  /** Where each cell is drawn, in px of the screen, before it may move. */
  places() {
    if (this.context.calm() || !this.element.offsetParent) return null;
    return new Map([...this.cells].map(([key, cell]) => [key, { box: cell.parentElement, rect: cell.getBoundingClientRect() }]));
  }

  move(before) {
    if (!before) return;
    for (const [key, cell] of this.cells) {
      const from = before.get(key);
      if (!from || from.box === cell.parentElement) continue;
      const to = cell.getBoundingClientRect();
      // The world is scaled as a whole; a movement inside it is in its own px.
      const scale = to.width / cell.offsetWidth || 1;
      const [x, y] = [(from.rect.left - to.left) / scale, (from.rect.top - to.top) / scale];
      cell.animate([{ transform: `translate(${x}px, ${y}px)` }, { transform: "none" }], { duration: MOVE_MS, easing: "ease-in-out" });
    }
  }
}
