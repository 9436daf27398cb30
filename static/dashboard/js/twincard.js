// A service of the line of direct calls, and the calls it makes to the next one.

import { CardActs } from "./cardacts.js";
import { attr, el, shown, svg, text } from "./dom.js";
import { regraph } from "./glyphs.js";
import { buttons, detail, look } from "./states.js";
import { callLook } from "./twin.js";
import { capital } from "./words.js";
import { colourOf } from "./colours.js";
import { MORE_DOTS } from "./servicecard.js";

const TITLES = {
  pause: (name) => `Pause ${name} and its double: requests wait until their callers give up`,
  resume: (name) => `Let ${name} and its double go on`,
};

export class TwinCard {
  /** @param {{mayAct: boolean, here: (at: number) => number, openService: (id: string) => void}} context */
  constructor(id, context) {
    this.context = context;
    this.name = el("h3", { class: "name" });
    this.word = el("b", { "data-role": "state" });
    this.detail = el("span", { class: "detail" });
    this.state = el("p", { class: "state" }, this.word, this.detail);
    this.acts = new CardActs(context, TITLES);
    this.more = el("button", { class: "more", type: "button", "aria-haspopup": "dialog" },
      svg("svg", { viewBox: "0 0 24 20", "aria-hidden": "true" }, svg("path", { d: MORE_DOTS })));
    this.more.addEventListener("click", () => context.openService(id));
    this.card = el("article", { class: "twin-card", "data-id": id },
      el("i", { class: "bar" }), this.name, this.more, this.state, this.acts.element);
    this.words = el("span", { "data-role": "call" });
    this.broken = el("i", { class: "broken" });
    this.call = el("div", { class: "call" },
      el("p", {}, this.words), el("i", { class: "ask" }, this.broken), el("i", { class: "answer" }));
    this.element = el("li", {}, this.card, this.call);
    this.ticks = false;
  }

  /**
   * @param {Object<string, any>} service @param {Object<string, any>|null} call the edge
   * @param {number|null} colour of the consumer group of its original
   * @param {boolean} known false: Kafka is away
   */
  update(service, call, colour, now, known) {
    attr(this.card, "data-service", service.name);
    text(this.name, service.name);
    attr(this.name, "title", `${service.name}, the double of ${service.twin_of}`);
    attr(this.more, "aria-label", `More of ${service.name}`);
    attr(this.more, "title", `More of ${service.name}`);
    attr(this.card, "data-colour", colour === null ? null : String(colourOf(colour).slot));
    this.updateState(service, now);
    this.acts.offer(service.name, buttons(service, this.context.mayAct).slice(0, 1));
    this.updateCall(call, known);
  }

  updateState(service, now) {
    const seen = look(service.state, false, service.as_of_at !== null);
    attr(this.card, "data-tone", seen.tone);
    regraph(this.state, seen.glyph);
    text(this.word, capital(seen.word));
    const more = detail(service, now, this.context.here);
    text(this.detail, more.text);
    attr(this.detail, "title", more.text || null);
    this.ticks = more.ticks;
  }

  updateCall(edge, known) {
    shown(this.call, edge !== null);
    if (edge === null) return;
    const { kind, words, title } = callLook(edge, known);
    attr(this.call, "data-call", kind);
    attr(this.call, "data-tone", kind === "failing" ? "down" : null);
    attr(this.call, "title", title);
    text(this.words, words);
    regraph(this.broken, "cross");
    shown(this.broken, kind === "failing");
  }
}
