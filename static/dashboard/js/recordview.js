// One event with its payload, in the sheet. Whatever it holds is shown as text, never as markup.

import { attr, el, text, toggle } from "./dom.js";
import { colourOf } from "./colours.js";
import { marks } from "./tape.js";
import { readsOf, topicId } from "./graph.js";
import { refusal, told } from "./record.js";

const PATIENCE_MS = 8000;
const WORDS = { true: "handled", false: "waiting", null: "not known" };

export class RecordView {
  /**
   * @param {{topic: string, partition: number, offset: number}} event
   * @param {{api: string, here: (at: number) => number, grown: () => void}} context
   * @param {() => void} closed
   * @param {(() => void)|null} back to the list that it was chosen from
   */
  constructor(event, context, closed = () => {}, back = null) {
    this.event = event;
    this.context = context;
    this.gone = false;
    this.marks = el("ul", { class: "record-marks" });
    this.rest = el("div", { class: "record-rest" }, el("p", { class: "quiet" }, "Reading it from Kafka"));
    this.element = el("div", { class: "record", "data-record": `${event.topic}/${event.partition}/${event.offset}` },
      el("p", { class: "quiet record-topic" }, `on ${event.topic}`), this.marks, this.rest);
    if (back) {
      const list = el("button", { class: "button", type: "button", "data-press": "newest" }, "Newest of this topic");
      list.addEventListener("click", back);
      this.element.append(list);
    }
    this.closed = () => {
      this.gone = true;
      closed();
    };
    this.load();
  }

  get url() {
    const { topic, partition, offset } = this.event;
    return `${this.context.api}/topics/${encodeURIComponent(topic)}/events/${partition}/${offset}`;
  }

  async load() {
    let status = 0;
    let said = null;
    try {
      const answer = await fetch(this.url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      status = answer.status;
      said = await answer.json();
    } catch {
      // No answer, or one that is no JSON: the status says which.
    }
    if (this.gone) return;
    if (status === 200 && said) this.show(said);
    else this.rest.replaceChildren(el("p", { class: "record-none", role: "status" }, refusal(status, said)));
    this.context.grown();
  }

  show(record) {
    const { facts, headers, payload, about, notes } = told(record, this.context.here);
    this.rest.replaceChildren(
      table(facts),
      el("h3", {}, "Payload ", el("small", {}, about)),
      ...(payload ? [el("pre", { tabindex: "0", "aria-label": "Payload" }, payload)] : []),
      ...notes.map((note) => el("p", { class: "quiet record-note" }, note)),
      ...(headers.length ? [el("h3", {}, "Headers"), table(headers, "record-headers")] : []),
      el("p", {}, el("a", { href: this.url, target: "_blank", rel: "noopener" }, "The same as JSON")),
    );
  }

  /** Who has handled it changes while one looks. */
  update(picture) {
    const reads = readsOf(picture, topicId(this.event.topic));
    const found = marks(this.event, reads);
    while (this.marks.children.length > found.length) this.marks.lastChild.remove();
    while (this.marks.children.length < found.length) {
      this.marks.append(el("li", {}, el("i", { class: "mark" }), el("b"), el("span")));
    }
    found.forEach(({ group, colour, handled }, i) => {
      const [mark, name, word] = this.marks.children[i].children;
      attr(mark, "data-colour", String(colourOf(colour).slot));
      toggle(mark, "on", handled === true);
      toggle(mark, "unsure", handled === null);
      text(name, group);
      text(word, WORDS[handled]);
    });
  }
}

function table(rows, kind = "") {
  return el("dl", { class: `facts ${kind}`.trim() }, ...rows.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", value === null ? { class: "none" } : {}, value ?? "none"))));
}
