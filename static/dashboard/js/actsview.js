// The rows of the sheet by which something is done to a service.

import { Fresh } from "./fresh.js";
import { PlacesView } from "./placesview.js";
import { MOST_INSTANCES, aimed, offers, pressable, refused, shortly, switches } from "./acts.js";
import { attr, el, keyed, shown, text, toggle } from "./dom.js";
import { short } from "./words.js";

/** The key of the choice of all instances; none has such a name. */
const ALL = "";
const SLOWEST_MS = 2000;
const STEP_MS = 50;
/** What somebody has just set is not overwritten by a picture that does not know it yet. */
const SETTLE_MS = 3000;
/** What can be done to one of several instances. */
const AIMED = new Set(["crash", "freeze", "thaw"]);
/** Keys move a slider step by step: the last of them is sent. */
const SLIDER_MS = 300;

export class ActsView {
  /**
   * @param {string} name of the service
   * @param {{mayAct: boolean, looks: string, act: (from: Element, path: string, values: Object<string, string>) => void}} context
   */
  constructor(name, context) {
    this.name = name;
    this.context = context;
    this.rows = new Map();
    /** Offers with a row of their own: once there, they stay, so that nothing jumps. */
    this.own = new Set();
    /** What somebody chose of several instances; undefined: nobody has, null: all of them. */
    this.picked = undefined;
    this.only = null;
    this.list = el("ul", { class: "acts-list" });
    this.fresh = new Fresh(this.list);
    this.which = el("div", { class: "which", role: "radiogroup", "aria-label": "Which instance" });
    this.whichRows = new Map();
    this.which.addEventListener("keydown", (event) => this.arrow(event));
    this.whichRow = el("li", { class: "which-row" }, el("span", {}, "Which instance"), this.which);
    this.switches = el("ul", { class: "switches" });
    this.switchRows = new Map();
    this.nots = el("ul", { class: "nots quiet" });
    this.notRows = new Map();
    this.looks = el("p", { class: "looks quiet" }, context.looks);
    this.element = el("div", { class: "doing" }, this.looks, this.list, this.switches, this.nots);
    this.setAt = { slow: -Infinity, scale: -Infinity };
    this.wanted = null;
  }

  post(from, action, values = {}) {
    this.context.act(from, `/act/services/${encodeURIComponent(this.name)}/${action}`, values);
  }

  update(service, picture, now) {
    this.last = [service, picture, now];
    shown(this.looks, !this.context.mayAct);
    shown(this.switches, this.context.mayAct);
    shown(this.nots, this.context.mayAct);
    if (!this.context.mayAct) return;
    this.only = aimed(service, this.picked);
    const about = {
      ours: picture.cluster.broker !== null, only: this.only, now, partitions: partitionsOf(service, picture),
    };
    const all = offers(service, about);
    const reasons = all.map(refused);
    all.forEach((offer, i) => {
      const alone = reasons.filter((why) => why === reasons[i]).length === 1;
      if (reasons[i] === null || alone) this.own.add(offer.id);
    });
    const own = all.filter((offer) => this.own.has(offer.id));
    keyed(this.list, this.rows, this.keys(own, service), (id) =>
      id === "which" ? this.whichRow : this.make(id, service));
    for (const offer of own) this.updateRow(offer, service, picture, now);
    this.updateNots(all.filter((offer) => !this.own.has(offer.id)));
    this.updateWhich(service);
    this.updateSwitches(service);
  }

  /** Of several instances it is asked which one is meant; below what made them several. */
  keys(own, { instances }) {
    const ids = own.map((offer) => offer.id);
    const first = ids.findIndex((id) => id === "crash" || id === "freeze");
    if (instances.length > 1 && first >= 0) ids.splice(first, 0, "which");
    return ids;
  }

  make(id, service) {
    const control = el("div", { class: "control" });
    const row = el("li", { class: "act", "data-act": id }, el("b"), control, el("p"));
    if (id === "slow") control.append(...this.slider());
    if (id === "scale") control.append(...this.steps());
    if (id === "rewind") {
      this.places = new PlacesView(service, this.context, (from, to) => this.post(from, "rewind", { to }));
      row.append(this.places.element);
    }
    return row;
  }

  updateRow(offer, service, picture, now) {
    const row = this.rows.get(offer.id);
    const [label, control, does] = row.children;
    const why = refused(offer);
    toggle(row, "not", why !== null);
    text(label, offer.label);
    text(does, why === null ? offer.does : why);
    if (offer.control === "slider") return this.updateSlider(service, why);
    if (offer.control === "steps") return this.updateSteps(service, why);
    if (offer.control === "places") this.places.update(service, picture, now);
    this.updatePresses(control, offer);
  }

  updatePresses(control, offer) {
    const presses = pressable(offer);
    const before = [...control.children].map((button) => button.dataset.press).join();
    const key = presses.map((press) => press.action).join();
    if (before !== key) {
      const focused = control.contains(document.activeElement);
      control.replaceChildren(...presses.map((press) => this.press(press)));
      if (focused) control.firstElementChild.focus();
      if (before) this.fresh.settle();
    }
    presses.forEach(({ label, why }, i) => {
      const button = control.children[i];
      text(button, label);
      attr(button, "aria-disabled", why === null ? null : "true");
    });
    if (offer.control === "places") attr(control.firstElementChild, "aria-expanded", this.places.open ? "true" : "false");
  }

  press({ action, label }) {
    const button = el("button", { class: "button", type: "button", "data-press": action }, label);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      if (action === "rewind") return this.places.toggle(button);
      if (action === "pause60") return this.post(button, "pause", { seconds: "60" });
      const one = AIMED.has(action) && this.only !== null;
      this.post(button, action, one ? { instance: this.only } : {});
    });
    return button;
  }

  slider() {
    const range = el("input", {
      type: "range", min: "0", max: String(SLOWEST_MS), step: String(STEP_MS), value: "0",
      "aria-label": `Milliseconds that ${this.name} takes for each event, at least`,
    });
    const value = el("output", {}, "0 ms");
    let timer = 0;
    range.addEventListener("input", () => {
      this.setAt.slow = performance.now();
      text(value, short(Number(range.value)));
    });
    range.addEventListener("change", () => {
      this.setAt.slow = performance.now();
      clearTimeout(timer);
      timer = setTimeout(() => this.post(range, "slow", { ms_per_event: range.value }), SLIDER_MS);
    });
    this.range = range;
    this.rangeValue = value;
    return [range, value];
  }

  updateSlider(service, why) {
    this.range.disabled = why !== null;
    if (performance.now() - this.setAt.slow < SETTLE_MS) return;
    const ms = service.want?.ms_per_event ?? 0;
    if (this.range.value !== String(Math.min(ms, SLOWEST_MS))) this.range.value = String(ms);
    text(this.rangeValue, short(ms));
  }

  steps() {
    const button = (step, sign, word) => {
      const made = el("button", { class: "button step", type: "button", "data-step": String(step), "aria-label": `${word} instance of ${this.name}` }, sign);
      made.addEventListener("click", () => this.step(made, step));
      return made;
    };
    this.count = el("output");
    this.less = button(-1, "\u2212", "One less");
    this.more = button(1, "+", "One more");
    return [this.less, this.count, this.more];
  }

  step(button, step) {
    if (button.getAttribute("aria-disabled") === "true") return;
    this.wanted = Math.max(1, Math.min(MOST_INSTANCES, this.wanted + step));
    this.setAt.scale = performance.now();
    this.showSteps();
    this.post(button, "scale", { instances: String(this.wanted) });
  }

  updateSteps(service, why) {
    this.cannotScale = why !== null;
    if (performance.now() - this.setAt.scale > SETTLE_MS) this.wanted = service.of;
    this.showSteps();
  }

  showSteps() {
    const { wanted, cannotScale } = this;
    text(this.count, String(wanted));
    attr(this.less, "aria-disabled", cannotScale || wanted <= 1 ? "true" : null);
    attr(this.more, "aria-disabled", cannotScale || wanted >= MOST_INSTANCES ? "true" : null);
  }

  updateWhich({ instances }) {
    const names = instances.map((one) => one.instance);
    keyed(this.which, this.whichRows, [...names, ALL], (name) => {
      const chip = el("button", { class: "choice", type: "button", role: "radio", title: name || "All of them" },
        name ? shortly(name) : "All");
      chip.addEventListener("click", () => {
        this.picked = name || null;
        this.update(...this.last);
      });
      return chip;
    });
    for (const [name, chip] of this.whichRows) {
      const chosen = (this.only ?? ALL) === name;
      attr(chip, "aria-checked", chosen ? "true" : "false");
      // As with radio buttons: Tab comes to the chosen one, arrows go on from there.
      attr(chip, "tabindex", chosen ? "0" : "-1");
    }
  }

  arrow(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const chips = [...this.which.children];
    const at = chips.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = chips[(at + step + chips.length) % chips.length];
    next.focus();
    next.click();
  }

  /** Options of its own that are on or off. */
  updateSwitches(service) {
    const found = switches(service);
    shown(this.switches, found.length > 0);
    keyed(this.switches, this.switchRows, found.map((one) => one.name), (name) => {
      const box = el("input", { type: "checkbox", role: "switch", "data-option": name });
      box.addEventListener("change", () => {
        this.setAt[name] = performance.now();
        this.post(box, "options", { [name]: box.checked ? "true" : "false" });
      });
      return el("li", {}, el("label", {}, el("span"), box));
    });
    for (const { name, label, on } of found) {
      const [words, box] = this.switchRows.get(name).firstElementChild.children;
      text(words, label);
      if (performance.now() - (this.setAt[name] ?? -Infinity) > SETTLE_MS && box.checked !== on) box.checked = on;
    }
  }

  /** What can not be done to this service, in one line for each reason. */
  updateNots(offers) {
    const byReason = new Map();
    for (const offer of offers) {
      const why = refused(offer);
      byReason.set(why, [...(byReason.get(why) ?? []), offer.label.toLowerCase()]);
    }
    shown(this.nots, byReason.size > 0);
    keyed(this.nots, this.notRows, [...byReason.keys()], () => el("li", {}, el("b"), " ", el("span")));
    for (const [why, labels] of byReason) {
      const [what, reason] = this.notRows.get(why).children;
      text(what, `Cannot ${either(labels)}:`);
      text(reason, why);
    }
  }
}

/** "scale, crash or stop". */
function either(labels) {
  return [labels.slice(0, -1).join(", "), labels.at(-1)].filter(Boolean).join(" or ");
}

function partitionsOf(service, picture) {
  const read = new Set(service.reads);
  const counts = Object.values(picture.topics).filter((topic) => read.has(topic.name)).map((topic) => topic.partitions);
  return counts.length && !counts.includes(null) ? counts.reduce((sum, n) => sum + n, 0) : null;
}
