// The card of a service, or of a consumer group that no known service owns.

import { boast } from "./about.js";
import { CardActs } from "./cardacts.js";
import { HoldingsView } from "./holdingsview.js";
import { EQUAL, cutAt, compared } from "./compared.js";
import { explains } from "./explains.js";
import { holdings } from "./holdings.js";
import { attr, el, shown, svg, text, toggle } from "./dom.js";
import { regraph } from "./glyphs.js";
import { buttons, detail, look, titled } from "./states.js";
import { stalls } from "./stalled.js";
import { capital, clock, count, several } from "./words.js";
import { colourOf } from "./colours.js";
import { warning } from "./retention.js";

/** A longer name is written smaller, so that it is seen whole. */
const LONG_NAME = 12;
/** A lag under this is noise of a running reader: quiet grey. */
const QUIET_LAG = 3;

/** Three dots: there is more of this. */
export const MORE_DOTS = "M4 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0M10 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0M16 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0";

export class ServiceCard {
  /**
   * @param {{mayAct: boolean, here: (at: number) => number, activate: (element: Element) => void,
   *   openService: (id: string) => void}} context
   */
  constructor(node, context) {
    this.context = context;
    this.kind = node.kind;
    this.name = el("h2", { class: "name" });
    this.word = el("b", { "data-role": "state" });
    this.detail = el("span", { class: "detail" });
    this.state = el("p", { class: "state" }, this.word, this.detail);
    this.acts = new CardActs(context);
    this.number = el("strong", { "data-role": "lag" });
    this.unit = el("span");
    this.lost = el("span", { class: "lost" });
    this.lag = el("div", { class: "lag" }, this.number, this.unit, this.lost);
    this.bar = el("i", { class: "bar" });
    this.more = el("button", { class: "more", type: "button", "aria-haspopup": "dialog" },
      svg("svg", { viewBox: "0 0 24 20", "aria-hidden": "true" }, svg("path", { d: MORE_DOTS })));
    this.holdings = new HoldingsView(context);
    this.more.addEventListener("click", () => context.openService(node.id));
    const foreign = node.kind === "group" ? " foreign" : "";
    this.element = el(
      "article", { class: `node service${foreign}`, "data-id": node.id },
      this.bar, this.name, this.state, this.acts.element, this.lag,
    );
    this.boast = el("p", { class: "boast" });
    if (node.kind === "service") this.element.append(this.more, this.boast, this.holdings.element);
    this.ticks = false;
    this.group = null;
  }

  /**
   * @param {import("./graph.js").Node} node
   * @param {Object<string, any>|null} group the first of the service's groups
   * @param {Map<string, number|null>} partitions of each topic
   */
  update(node, group, now, partitions) {
    const own = node.kind === "group";
    this.group = group;
    const entity = node.entity;
    attr(this.element, own ? "data-group" : "data-service", node.name);
    text(this.name, node.name);
    attr(this.name, "title", node.name);
    toggle(this.name, "long", node.name.length > LONG_NAME);
    attr(this.more, "aria-label", `More of ${node.name}`);
    attr(this.more, "title", `More of ${node.name}: slow, crash, scale, its instances and what it says of itself`);
    this.updateState(entity, own, now);
    this.updateLag(entity, own);
    toggle(this.element, "reads", own || entity.groups.length > 0);
    if (group) {
      const colour = colourOf(group.colour);
      attr(this.element, "data-colour", String(colour.slot));
      toggle(this.bar, "repeat", colour.repeat);
    }
    if (own) return;
    const done = entity.groups.length > 0 ? explains(entity, group) : "";
    toggle(this.element, "told", done !== "");
    text(this.boast, done || boast(entity));
    const from = cutAt(entity);
    attr(this.boast, "title", done || from === null ? null : `Caught up with all since ${from}, where the log begins: what was before is removed`);
    const held = holdings(entity, partitions);
    toggle(this.element, "crewed", held !== null);
    this.holdings.update(held);
    const offered = buttons(entity, this.context.mayAct);
    this.acts.offer(node.name, offered);
    toggle(this.element, "observed", offered.length === 0);
    toggle(this.element, "solo", offered.length === 1 && offered[0].why === null);
  }

  updateState(entity, own, now) {
    const asOf = own ? this.context.knownUntil() : entity.as_of_at;
    const past = asOf !== null;
    // As the legend says of its group: it runs, and gets nowhere.
    const stalled = !own && stalls(entity, this.group, now);
    const seen = look(stalled ? "stalled" : entity.state, own && (entity.lag ?? 0) > 0, past);
    attr(this.element, "data-tone", seen.tone);
    attr(this.element, "data-state", entity.state);
    regraph(this.state, seen.glyph);
    const word = own || stalled ? seen.word : titled(entity);
    text(this.word, capital(word));
    toggle(this.state, "several", word !== seen.word);
    const more = own ? { text: past ? `as of ${clock(this.context.here(asOf))}` : entity.why ?? "", ticks: false } : detail(entity, now, this.context.here, this.group);
    // What is about to be lost goes before all but a countdown.
    const soon = more.ticks ? null : warning(entity);
    text(this.detail, soon?.short ?? more.brief ?? more.text);
    toggle(this.detail, "soon", soon !== null);
    const known = own ? null : compared(entity);
    const alike = known !== null && more.text === known.short;
    // The proof of who came late: it is to be read from the back row.
    toggle(this.detail, "proof", alike && soon === null);
    toggle(this.detail, "equal", alike && known.short === EQUAL);
    attr(this.detail, "title", [soon?.whole, alike ? known.whole : more.text].filter(Boolean).join(". ") || null);
    this.ticks = more.ticks;
  }

  updateLag(entity, own) {
    const reads = own || entity.groups.length > 0;
    shown(this.lag, reads);
    if (!reads) return;
    const until = this.context.knownUntil();
    const lag = until === null ? entity.lag : null;
    const words = count(lag);
    text(this.number, words);
    attr(this.number, "data-value", lag === null ? "" : String(lag));
    // With the thin space between thousands: 1 284 has five characters.
    toggle(this.number, "three", words.length === 3);
    toggle(this.number, "four", words.length === 4 || words.length === 5);
    toggle(this.number, "five", words.length === 6);
    toggle(this.number, "more", words.length > 6);
    text(this.unit, lag === null ? "not known" : entity.at_least ? "at least" : "behind");
    attr(this.lag, "title", howFar(entity, until === null ? null : clock(this.context.here(until))));
    toggle(this.lag, "much", (lag ?? 0) >= QUIET_LAG);
    shown(this.lost, (entity.lost ?? 0) > 0);
    text(this.lost, `${count(entity.lost)} lost`);
  }
}

/** @param {string|null} since when nothing is known of it any more */
function howFar({ lag, at_least: atLeast }, since) {
  const behind = `${atLeast ? "at least " : ""}${several(lag, "event")} behind`;
  if (since !== null) return `Not known since ${since}${lag === null ? "" : `; then ${behind}`}`;
  return lag === null ? "How far it is behind is not known" : capital(behind);
}
