// The tray: what is there to be asked for, services to plug in and the line of direct calls.

import { attr, el, keyed, shown, text } from "./dom.js";
import { isOn, isTwin } from "./twin.js";
import { several } from "./words.js";

/** The key of the tile that switches the line of direct calls on; no service has such a name. */
const TWIN = ":twin";

/** Whether it waits in the tray; once started it has a card of its own, also when it is stopped. */
export function waits(service) {
  return service.on_request === true && service.ever_started !== true && !isTwin(service);
}

/**
 * @param {Object<string, any>[]} topics of the picture
 * @returns {string} what it would do
 */
export function promise({ reads, writes, lag = null }, topics = []) {
  const cut = topics.some(({ name, events, end }) => reads.includes(name) && events !== null && end !== null && events < end);
  const named = (topics) => (topics.length > 2 ? `${topics.length} topics` : topics.join(" and "));
  // Whether it reads on from there or from the start is its own affair.
  if (reads.length && lag !== null) return `Reads ${named(reads)}, was plugged in before: ${several(lag, "event")} since`;
  if (reads.length) return `Reads ${named(reads)}, from ${cut ? "where the log begins now" : "the start"}`;
  return writes.length ? `Writes ${named(writes)}` : "";
}

/**
 * What waits to be asked for: services to plug in, and the line of direct calls.
 * @returns {{key: string, head: string, line: string, why: string|null, path: string}[]}
 */
export function offered(picture) {
  const plugs = Object.values(picture.services).filter(waits).map((service) => ({
    key: service.name, head: `Plug in ${service.name}`, line: promise(service, Object.values(picture.topics ?? {})),
    why: service.actions.start ?? null, path: `/act/services/${encodeURIComponent(service.name)}/start`,
  }));
  const twins = Object.values(picture.services).filter(isTwin).length;
  if (!twins || isOn(picture)) return plugs;
  const why = picture.cluster.actions?.["twin-start"] ?? null;
  const line = `${twins} services that call each other over HTTP`;
  return [...plugs, { key: TWIN, head: "Beside it: the same line with direct calls", line, why, path: "/act/whole/twin-start" }];
}

export class Tray {
  /**
   * @param {HTMLElement} holder
   * @param {{mayAct: boolean, refused: string, act: (from: Element, path: string, values: Object<string, string>) => void}} context
   */
  constructor(holder, context) {
    this.holder = holder;
    this.context = context;
    this.tiles = new Map();
  }

  update(picture) {
    if (!this.context.mayAct) return this.explain();
    const all = offered(picture);
    shown(this.holder, all.length > 0);
    keyed(this.holder, this.tiles, all.map((one) => one.key), (key) => this.make(key, all.find((one) => one.key === key)));
    for (const { key, line, why } of all) {
      const tile = this.tiles.get(key);
      text(tile.lastElementChild, why ?? line);
      attr(tile, "aria-disabled", why === null ? null : "true");
    }
  }

  /** In the place of what could be asked for: why nothing can, from where this page is opened. */
  explain() {
    const { refused } = this.context;
    shown(this.holder, refused !== "");
    if (!this.holder.childElementCount) this.holder.append(el("p", { class: "quiet" }, refused));
  }

  make(key, { head, path }) {
    const tile = el("button", { class: "tile", type: "button", "data-plug": key }, el("b", {}, head), el("span"));
    tile.addEventListener("click", () => {
      if (tile.getAttribute("aria-disabled") === "true") return;
      this.context.act(tile, path, {});
    });
    return tile;
  }
}
