// One service in the sheet: how it is, what can be done to it, its instances, and what it says of
// itself.

import { ActsView } from "./actsview.js";
import { attr, el, keyed, shown, text } from "./dom.js";
import { detail, look, titled } from "./states.js";
import { stalls } from "./stalled.js";
import { facts, factsOf, instanceWords } from "./about.js";
import { capital } from "./words.js";
import { compared } from "./compared.js";
import { regraph } from "./glyphs.js";

export class ServiceView {
  /**
   * @param {string} id of the node
   * @param {string} name
   * @param {{here: (at: number) => number}} context
   */
  constructor(id, name, context) {
    this.id = id;
    this.steady = true;
    this.context = context;
    this.word = el("b");
    this.detail = el("span");
    this.state = el("p", { class: "about-state" }, this.word, this.detail);
    this.acts = new ActsView(name, context);
    this.instances = el("ul", { class: "instances" });
    this.instanceRows = new Map();
    this.facts = el("dl", { class: "facts" });
    this.factRows = new Map();
    this.whose = el("small");
    this.factsHead = el("h3", {}, "It says of itself ", this.whose);
    this.none = el("p", { class: "quiet" }, "It says nothing of itself.");
    this.element = el("div", { class: "about", "data-about": id },
      this.state, this.acts.element, el("h3", {}, "Instances"), this.instances, this.factsHead, this.facts, this.none);
  }

  /** @returns {boolean} false: there is no such service any more */
  update(picture, now) {
    const service = picture.services[this.id];
    if (!service) return false;
    const group = Object.values(picture.groups).find((one) => one.name === service.groups[0]);
    const stalled = stalls(service, group, now);
    const seen = look(stalled ? "stalled" : service.state, false, service.as_of_at !== null);
    attr(this.element, "data-tone", seen.tone);
    regraph(this.state, seen.glyph);
    text(this.word, capital(stalled ? seen.word : titled(service)));
    text(this.detail, this.how(service, now));
    this.acts.update(service, picture, now);
    this.updateInstances(service.instances, service.as_of_at !== null);
    this.updateFacts(service);
    return true;
  }

  /** Beside its state; what a card says in a word is said here in whole: its counts are equal, and how many. */
  how(service, now) {
    const { text: short } = detail(service, now, this.context.here);
    const other = compared(service);
    return other && short === other.short ? `counts ${other.whole}` : short;
  }

  updateInstances(instances, past) {
    keyed(this.instances, this.instanceRows, instances.map((one) => one.instance), () =>
      el("li", {}, el("b"), el("em"), el("span")));
    for (const one of instances) {
      const row = this.instanceRows.get(one.instance);
      const seen = look(one.state, false, past);
      attr(row, "data-tone", seen.tone);
      attr(row, "data-instance", one.instance);
      regraph(row, seen.glyph);
      text(row.querySelector("b"), one.instance);
      text(row.querySelector("em"), seen.word);
      text(row.querySelector("span"), instanceWords(one).join(" \u00b7 "));
    }
  }

  updateFacts(service) {
    const found = facts(service);
    keyed(this.facts, this.factRows, found.map(([name]) => name), (name) =>
      el("div", {}, el("dt", {}, name), el("dd")));
    for (const [name, value] of found) {
      const told = this.factRows.get(name).lastElementChild;
      text(told, value ?? "not known");
    }
    text(this.whose, factsOf(service));
    shown(this.facts, found.length > 0);
    shown(this.none, found.length === 0);
  }
}
