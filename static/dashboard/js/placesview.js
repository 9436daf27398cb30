// From where a service is to read again: one choice of the start, a time on the log or an offset,
// and one button that says what it will do.

import { attr, el, shown, text } from "./dom.js";
import { logSpan } from "./logspan.js";
import { placeWords } from "./acts.js";
import { clock, count } from "./words.js";

export class PlacesView {
  /**
   * @param {Object<string, any>} service
   * @param {{api: string, here: (at: number) => number, serverNow: () => number}} context
   * @param {(from: Element, to: string) => void} ask
   */
  constructor(service, context, ask) {
    this.name = service.name;
    this.reads = service.reads;
    this.context = context;
    // Not from the button: htmx would send the form's own fields along, which are no arguments.
    this.ask = (to) => ask(this.element.parentElement, to);
    this.open = false;
    this.logs = [];
    /** The server's instant of the first event that the log still has; null: none, or not known. */
    this.firstAt = null;
    /** @type {number|null} the server's instant that was chosen */
    this.at = null;
    this.chosen = "start";
    this.note = el("p", { class: "quiet", role: "status" });
    this.go = el("button", { class: "button strong", type: "submit", "data-press": "read-again" });
    this.element = el("form", { class: "places", hidden: "", novalidate: "" },
      this.start(), this.time(), this.place(), this.note, this.go);
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    text(this.go, this.words());
  }

  start() {
    return el("div", { class: "place" }, this.choice("start", "From the start, all there still is"));
  }

  time() {
    this.range = el("input", { type: "range", min: "0", max: "1000", value: "0", "aria-label": "From which time on" });
    this.when = el("output");
    this.range.addEventListener("input", () => {
      this.at = this.pointed();
      this.choose("time");
    });
    this.timeRow = el("div", { class: "place" }, this.choice("time", "From a time"), this.when, this.range);
    return this.timeRow;
  }

  place() {
    this.partition = el("select", { "aria-label": "Partition" });
    this.offset = el("input", { type: "number", inputmode: "numeric", min: "0", value: "0", "aria-label": "Offset" });
    this.partition.addEventListener("change", () => {
      this.bound();
      this.choose("offset");
    });
    this.offset.addEventListener("input", () => this.choose("offset"));
    this.offsetRow = el("div", { class: "place" }, this.choice("offset", "From an offset"),
      el("div", { class: "fields" }, this.partition, el("span", {}, "offset"), this.offset));
    return this.offsetRow;
  }

  /** One of the three places. */
  choice(kind, words) {
    const radio = el("input", { type: "radio", name: "place", value: kind, "data-from": kind });
    radio.checked = kind === this.chosen;
    radio.addEventListener("change", () => this.choose(kind));
    return el("label", {}, radio, el("span", {}, words));
  }

  choose(kind) {
    this.chosen = kind;
    for (const radio of this.element.elements.place) radio.checked = radio.value === kind;
    this.tell();
  }

  /** What the one button will do, in words. */
  words() {
    if (this.chosen === "start") return "Read again from the start";
    if (this.chosen === "time") return `Read again from ${clock(this.context.here(this.instant()))}`;
    const log = this.log();
    return `Read again from offset ${this.offset.value || "?"} of ${log ? this.named(log) : "it"}`;
  }

  send() {
    if (this.chosen === "start") return this.ask("earliest");
    if (this.chosen === "time") return this.ask(String(Math.round(this.instant())));
    const offsets = this.offsets();
    if (offsets !== null) this.ask(offsets);
  }

  toggle(button) {
    this.open = !this.open;
    shown(this.element, this.open);
    attr(button, "aria-expanded", this.open ? "true" : "false");
    if (this.open) this.load();
  }

  async load() {
    text(this.note, "Looking at the log");
    this.enable(false);
    let span = { firstAt: null, logs: [] };
    try {
      span = await logSpan(this.context.api, this.reads);
    } catch {
      // Nothing is known of the log then, and that is said.
    }
    this.firstAt = span.firstAt;
    this.logs = span.logs;
    shown(this.timeRow, this.firstAt !== null);
    shown(this.offsetRow, this.logs.length > 0);
    if ((this.chosen === "time" && this.firstAt === null) || (this.chosen === "offset" && !this.logs.length)) this.choose("start");
    this.partition.replaceChildren(...this.logs.map(({ topic, partition }, i) =>
      el("option", { value: String(i) }, this.named({ topic, partition }))));
    text(this.note, this.told());
    this.enable(true);
    this.bound();
    this.tell();
    this.element.scrollIntoView({ block: "nearest" });
  }

  /** What the log is like is asked first: what is put in before would be lost. */
  enable(known) {
    for (const row of [this.timeRow, this.offsetRow]) {
      for (const field of row.querySelectorAll("input, select")) field.disabled = !known;
    }
  }

  named({ topic, partition }) {
    return this.reads.length > 1 ? `${topic} ${partition}` : `partition ${partition}`;
  }

  log() {
    return this.logs[Number(this.partition.value)];
  }

  told() {
    if (!this.logs.length) return "The log cannot be looked at just now.";
    const gone = this.logs.reduce((sum, log) => sum + log.start, 0);
    if (this.firstAt === null) return "There is nothing on the log.";
    return gone > 0 ? `The log begins at ${placeWords(this.firstAt, this.context.serverNow(), this.context.here)}; ${count(gone)} events before are removed.` : "";
  }

  /** The server's instant at which the slider stands: the left end is the first event, the right now. */
  pointed() {
    return this.firstAt + (this.context.serverNow() - this.firstAt) * (Number(this.range.value) / 1000);
  }

  /** The one that was pointed at: it stays, while now goes on. */
  instant() {
    return this.at ?? this.firstAt;
  }

  tell() {
    if (this.firstAt !== null) this.tellTime();
    text(this.go, this.words());
  }

  tellTime() {
    const words = placeWords(this.instant(), this.context.serverNow(), this.context.here);
    text(this.when, words);
    attr(this.range, "aria-valuetext", words);
  }

  bound() {
    const log = this.log();
    if (!log) return;
    attr(this.offset, "min", String(log.start));
    attr(this.offset, "max", String(log.end));
    this.offset.value = String(log.start);
  }

  /** As the form sends it: {"topic": {"0": 123}}; null where it is no offset of this log. */
  offsets() {
    const log = this.log();
    if (!log || !this.offset.reportValidity() || this.offset.value === "") return null;
    return JSON.stringify({ [log.topic]: { [log.partition]: Number(this.offset.value) } });
  }

  update() {
    if (this.open) this.tell();
  }
}
