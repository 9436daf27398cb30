// From where a service is to read again: the start, a time on the log, or an offset.

import { attr, el, shown, text } from "./dom.js";
import { logSpan } from "./logspan.js";
import { placeWords } from "./acts.js";
import { count } from "./words.js";

export class PlacesView {
  /**
   * @param {Object<string, any>} service
   * @param {{api: string, here: (at: number) => number, serverNow: () => number}} context
   * @param {(from: Element, to: string) => void} choose
   */
  constructor(service, context, choose) {
    this.name = service.name;
    this.reads = service.reads;
    this.context = context;
    this.choose = choose;
    this.open = false;
    this.logs = [];
    this.element = el("div", { class: "places", hidden: "" });
    this.note = el("p", { class: "quiet", role: "status" });
    this.element.append(this.start(), this.time(), this.place(), this.note);
  }

  start() {
    this.fromStart = this.button("start", "from the start", () => "earliest");
    return el("div", { class: "place" }, el("span", { class: "grow" }, "From the start, all there still is"), this.fromStart);
  }

  time() {
    this.range = el("input", { type: "range", min: "0", max: "1000", value: "0", "aria-label": "From which time on" });
    this.when = el("output");
    this.range.addEventListener("input", () => this.tell());
    this.fromTime = this.button("time", "from then", () => String(Math.round(this.instant())));
    this.timeRow = el("div", { class: "place" }, el("div", { class: "grow" }, this.range, this.when), this.fromTime);
    return this.timeRow;
  }

  place() {
    this.partition = el("select", { "aria-label": "Partition" });
    this.offset = el("input", { type: "number", inputmode: "numeric", min: "0", value: "0", "aria-label": "Offset" });
    this.partition.addEventListener("change", () => this.bound());
    this.fromOffset = this.button("offset", "from this offset", () => this.offsets());
    this.offsetRow = el("form", { class: "place" },
      el("div", { class: "grow fields" }, this.partition, el("span", {}, "offset"), this.offset), this.fromOffset);
    this.offsetRow.addEventListener("submit", (event) => {
      event.preventDefault();
      this.fromOffset.click();
    });
    return this.offsetRow;
  }

  button(kind, place, to) {
    const made = el("button", { class: "button", type: "button", "data-from": kind, "aria-label": `Read again ${place}` }, "Read");
    made.addEventListener("click", () => {
      const place = to();
      if (place !== null) this.choose(made, place);
    });
    return made;
  }

  toggle(button) {
    this.open = !this.open;
    shown(this.element, this.open);
    attr(button, "aria-expanded", this.open ? "true" : "false");
    if (this.open) this.load();
  }

  async load() {
    text(this.note, "Looking at the log");
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
    this.partition.replaceChildren(...this.logs.map(({ topic, partition }, i) =>
      el("option", { value: String(i) }, this.reads.length > 1 ? `${topic} ${partition}` : `partition ${partition}`)));
    text(this.note, this.told());
    this.tell();
    this.bound();
  }

  told() {
    if (!this.logs.length) return "The log cannot be looked at just now.";
    const gone = this.logs.reduce((sum, log) => sum + log.start, 0);
    if (this.firstAt === null) return "There is nothing on the log.";
    return gone > 0 ? `The log begins at ${placeWords(this.firstAt, this.context.serverNow(), this.context.here)}; ${count(gone)} events before are removed.` : "";
  }

  /** The server's instant at which the slider stands: the left end is the first event, the right now. */
  instant() {
    return this.firstAt + (this.context.serverNow() - this.firstAt) * (Number(this.range.value) / 1000);
  }

  tell() {
    if (this.firstAt === null || this.firstAt === undefined) return;
    const words = placeWords(this.instant(), this.context.serverNow(), this.context.here);
    text(this.when, words);
    attr(this.range, "aria-valuetext", words);
  }

  bound() {
    const log = this.logs[Number(this.partition.value)];
    if (!log) return;
    attr(this.offset, "min", String(log.start));
    attr(this.offset, "max", String(log.end));
    this.offset.value = String(log.start);
  }

  /** As the form sends it: {"topic": {"0": 123}}; null where it is no offset of this log. */
  offsets() {
    const log = this.logs[Number(this.partition.value)];
    if (!log || !this.offset.reportValidity() || this.offset.value === "") return null;
    return JSON.stringify({ [log.topic]: { [log.partition]: Number(this.offset.value) } });
  }

  update() {
    if (this.open) this.tell();
  }
}
