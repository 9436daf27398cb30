// The line of direct calls, and the comparison of the two lines: between the line over the log,
// which stands above, and the direct line, which stands below.

import { attr, el, keyed, shown, text, toggle } from "./dom.js";
import { current } from "./honesty.js";
import { regraph } from "./glyphs.js";
import { TwinCard } from "./twincard.js";
import { MEASURES, NOTES, chainOf, isOn, retries, since, told } from "./twin.js";
import { capital } from "./words.js";

const LINES = ["log", "direct"];
const SUBTITLES = { log: "Kafka carries each part, no label waits", direct: "each calls the next, and waits" };

export class TwinView {
  /**
   * @param {{section: HTMLElement, title: HTMLElement}} parts title: of the line over the log
   * @param {{mayAct: boolean, here: (at: number) => number,
   *   act: (from: Element, path: string, values: Object<string, string>) => void}} context
   */
  constructor(parts, context) {
    this.parts = parts;
    this.context = context;
    this.cards = new Map();
    this.items = new Map();
    this.rows = new Map(LINES.map((line) => [line, row(line)]));
    this.since = el("th", { scope: "col" });
    this.table = el("table", { class: "versus" },
      el("thead", {}, el("tr", {}, this.since, el("td"), ...MEASURES.map(([key, name]) => el("th", { scope: "col", ...(NOTES[key] && { title: NOTES[key] }) }, name)))),
      el("tbody", {}, ...LINES.map((line) => this.rows.get(line).element)));
    this.retries = el("button", { class: "switch", type: "button", role: "switch", "data-action": "retries" }, el("i"), el("span"));
    this.off = el("button", { class: "button", type: "button", "data-action": "twin-stop" }, "Switch off");
    this.list = el("ol", { class: "twin-cards", "aria-label": "The line of direct calls" });
    parts.section.append(el("div", { class: "twin-head" }, this.table, el("div", { class: "twin-acts" }, this.retries, this.off)), this.list);
    this.off.addEventListener("click", () => this.press(this.off, "/act/whole/twin-stop", {}));
    this.retries.addEventListener("click", () => this.turn());
  }

  /** @returns {HTMLElement|null} the card of a service of the direct line */
  card(id) {
    return this.cards.get(id)?.card ?? null;
  }

  /** @param {import("./decoder.js").Picture} picture @param {number} now server's time, ms */
  update(picture, now) {
    const on = isOn(picture);
    this.on = on;
    shown(this.parts.section, on);
    shown(this.parts.title, on);
    toggle(document.body, "twinned", on);
    if (!on) return;
    const chain = chainOf(picture);
    const colours = new Map(Object.values(picture.groups).map((group) => [group.service, group.colour]));
    keyed(this.list, this.items, chain.map(({ id }) => id), (id) => {
      this.cards.set(id, new TwinCard(id, this.context));
      return this.cards.get(id).element;
    });
    this.chain = chain;
    for (const { id, service, call } of chain) {
      this.cards.get(id).update(service, call, colours.get(service.twin_of) ?? null, now, current(picture.cluster));
    }
    this.compare(picture.lines);
    this.offer(picture.cluster.actions ?? {});
  }

  /** What ticks by itself: countdowns. */
  tick(now) {
    if (!this.on) return;
    for (const { id, service } of this.chain) if (this.cards.get(id).ticks) this.cards.get(id).updateState(service, now);
  }

  compare(lines) {
    text(this.since, since(lines.direct?.since_at ?? null, this.context.here));
    for (const line of LINES) {
      shown(this.rows.get(line).element, lines[line] !== undefined);
      if (lines[line] !== undefined) this.rows.get(line).update(lines[line]);
    }
    text(this.parts.title, lines.log?.title ?? "");
  }

  offer(actions) {
    const { mayAct } = this.context;
    shown(this.off, mayAct);
    disable(this.off, actions["twin-stop"] ?? null, "End the processes of the line of direct calls");
    const asked = retries(this.chain);
    shown(this.retries, asked !== null);
    if (asked === null) return;
    attr(this.retries, "aria-checked", asked.on ? "true" : "false");
    text(this.retries.lastElementChild, asked.on ? "Retries on" : "Retries off");
    const does = asked.on ? "Two more tries after one that failed; press to do without" : "A call that fails is not tried again; press for two more tries";
    disable(this.retries, mayAct ? asked.why : "this page only looks", does);
  }

  turn() {
    const asked = retries(this.chain);
    const path = `/act/services/${encodeURIComponent(asked.service)}/options`;
    this.press(this.retries, path, { retries: asked.on ? "false" : "true" });
  }

  press(button, path, values) {
    if (button.getAttribute("aria-disabled") !== "true") this.context.act(button, path, values);
  }
}

function disable(button, why, does) {
  attr(button, "aria-disabled", why === null ? null : "true");
  attr(button, "title", why === null ? does : `Not possible: ${why}`);
}

/** One line of the table. */
function row(line) {
  const title = el("strong");
  const word = el("b");
  const state = el("p", { class: "state", "data-role": "line-state" }, word);
  const cells = new Map(MEASURES.map(([key, name]) => [key, el("td", { "data-measure": key, "data-name": name })]));
  const element = el("tr", { "data-line": line },
    el("th", { scope: "row" }, title, " ", el("small", {}, SUBTITLES[line])), el("td", { class: "line-state" }, state), ...cells.values());
  const update = (entity) => {
    const now = told(entity);
    text(title, entity.title);
    attr(element, "data-tone", now.state.tone);
    regraph(state, now.state.glyph);
    text(word, capital(now.state.word));
    for (const [key, cell] of cells) text(cell, now.cells[key]);
    attr(cells.get("failed"), "title", now.title || null);
    attr(cells.get("seconds_each"), "title", now.slow || null);
    toggle(cells.get("failed"), "bad", now.failing);
  };
  return { element, update };
}
