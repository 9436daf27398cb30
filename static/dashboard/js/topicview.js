// The newest events of one topic, in the sheet: also of one that nobody reads. Whatever they hold is
// shown as text, never as markup.

import { attr, el, plainly, text } from "./dom.js";
import { called } from "./tape.js";
import { topicId } from "./graph.js";
import { clock, several } from "./words.js";
import { refusal } from "./record.js";

/** So many are listed. */
const LISTED = 20;
/** So many characters of a payload stand in its line. */
const GLIMPSE = 120;
const PATIENCE_MS = 8000;

export class TopicView {
  /**
   * @param {string} topic
   * @param {{api: string, here: (at: number) => number, grown: () => void}} context
   * @param {(event: {topic: string, partition: number, offset: number}) => void} open one of them
   */
  constructor(topic, context, open) {
    this.topic = topic;
    this.context = context;
    this.open = open;
    this.gone = false;
    this.count = el("p", { class: "quiet" });
    this.again = el("button", { class: "button", type: "button", "data-press": "newest-again" }, "Newest again");
    this.again.addEventListener("click", () => this.load());
    this.rest = el("div", {}, el("p", { class: "quiet" }, "Reading them from Kafka"));
    this.element = el("div", { class: "newest" }, el("div", { class: "newest-head" }, this.count, this.again), this.rest);
    this.closed = () => {
      this.gone = true;
    };
    this.load();
  }

  async load() {
    attr(this.again, "aria-disabled", "true");
    let status = 0;
    let said = null;
    try {
      const url = `${this.context.api}/topics/${encodeURIComponent(this.topic)}/events?limit=${LISTED}`;
      const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      status = answer.status;
      said = await answer.json();
    } catch {
      // No answer, or one that is no JSON: the status says which.
    }
    if (this.gone) return;
    attr(this.again, "aria-disabled", null);
    this.rest.replaceChildren(status === 200 && Array.isArray(said) ? this.listed(said) : says(refusal(status, said, "these events")));
    this.context.grown();
  }

  /** @param {Object<string, any>[]} records of GET /api/topics/{topic}/events, oldest first */
  listed(records) {
    if (!records.length) return says("There is no event on it.");
    return el("ol", { class: "newest-list" }, ...[...records].reverse().map((record) => el("li", {}, this.row(record))));
  }

  row(record) {
    const { partition, offset, key, at } = record;
    const { words, named } = called({ key, id: null, note: null });
    const row = el(
      "button", { type: "button", "data-event": `${partition}/${offset}` },
      el("b", named ? {} : { class: "none" }, plainly(words)),
      el("time", {}, at === null ? "" : clock(this.context.here(at))),
      el("span", {}, glimpse(record)),
      el("small", {}, `partition ${partition}, offset ${offset}`),
    );
    row.addEventListener("click", () => this.open({ topic: this.topic, partition, offset, key, id: null, note: null }));
    return row;
  }

  /** @returns {boolean} false: there is no such topic any more */
  update(picture) {
    const topic = picture.topics[topicId(this.topic)];
    if (!topic) return false;
    const readers = topic.readers ? `read by ${several(topic.readers, "group")}` : "nobody reads it";
    text(this.count, `${topic.events === null ? "How many it holds is not known" : several(topic.events, "event")}; ${readers}`);
    return true;
  }
}

const says = (sentence) => el("p", { class: "record-none", role: "status" }, sentence);

/** The beginning of a payload in one line. */
function glimpse({ form, text: payload }) {
  if (form === "none") return "no value";
  const line = plainly((payload ?? "").slice(0, GLIMPSE + 1).replace(/\s+/g, " "));
  return line.length > GLIMPSE ? `${line.slice(0, GLIMPSE)}\u2026` : line;
}
