// The tray: services that are there to be plugged in, and that nobody has started yet.

import { attr, el, keyed, shown, text } from "./dom.js";
import { isTwin } from "./twin.js";

/** Whether it waits in the tray; once started it has a card of its own, also when it is stopped. */
export function waits(service) {
  return service.on_request === true && service.ever_started !== true && !isTwin(service);
}

/** @returns {string} what it would do */
export function promise({ reads, writes }) {
  const named = (topics) => (topics.length > 2 ? `${topics.length} topics` : topics.join(" and "));
  if (reads.length) return `Reads ${named(reads)}, from the start`;
  return writes.length ? `Writes ${named(writes)}` : "";
}

export class Tray {
  /**
   * @param {HTMLElement} holder
   * @param {{mayAct: boolean, act: (from: Element, path: string, values: Object<string, string>) => void}} context
   */
  constructor(holder, context) {
    this.holder = holder;
    this.context = context;
    this.tiles = new Map();
  }

  update(picture) {
    const waiting = Object.values(picture.services).filter(waits);
    shown(this.holder, waiting.length > 0 && this.context.mayAct);
    keyed(this.holder, this.tiles, waiting.map((one) => one.name), (name) => this.make(name));
    for (const service of waiting) {
      const tile = this.tiles.get(service.name);
      const why = service.actions.start ?? null;
      text(tile.lastElementChild, why ?? promise(service));
      attr(tile, "aria-disabled", why === null ? null : "true");
    }
  }

  make(name) {
    const tile = el("button", { class: "tile", type: "button", "data-plug": name },
      el("b", {}, `Plug in ${name}`), el("span"));
    tile.addEventListener("click", () => {
      if (tile.getAttribute("aria-disabled") === "true") return;
      this.context.act(tile, `/act/services/${encodeURIComponent(name)}/start`, {});
    });
    return tile;
  }
}
