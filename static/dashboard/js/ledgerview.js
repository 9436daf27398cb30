// The ledger: what was published, handled, waits, and that nothing is lost. A duplicate is no loss
// and no fault: at-least-once means that an event may be written again, and then has the same id.

import { attr, el, shown, text, toggle } from "./dom.js";
import { count, several } from "./words.js";

const ROWS = [
  ["published", "published"],
  ["handled", "handled"],
  ["waiting", "waiting"],
  ["lost", "lost"],
  ["duplicates", "duplicates"],
  ["skipped", "skipped"],
  ["dead_lettered", "given up"],
];
/** These are shown only when there is something to show. */
const RARE = new Set(["skipped", "dead_lettered"]);
/** These are good at 0, and say so. */
const ZERO = new Set(["lost", "duplicates"]);
/** These are losses. */
const BAD = new Set(["lost", "dead_lettered"]);

export const WRITTEN_AGAIN =
  "What a service had written and not yet committed when it ended, it writes again: with the same " +
  "id, so that a reader which drops the ids it knows is not harmed";
const AT_LEAST = "At least so many: a service that publishes nothing cannot be checked";

export class LedgerView {
  /**
   * @param {HTMLElement} holder of the numbers
   * @param {HTMLElement} note of what was written again
   * @param {HTMLElement} how what is counted, in words
   */
  constructor(holder, note, how) {
    this.how = how;
    this.holder = holder;
    this.note = note;
    attr(note, "title", WRITTEN_AGAIN);
    this.rows = new Map(
      ROWS.map(([key, word]) => {
        const value = el("dd", { "data-ledger": key });
        const term = el("dt", {}, word);
        const row = el("div", {}, term, value);
        holder.append(row);
        return [key, { row, term, value }];
      }),
    );
  }

  /** @param {import("./decoder.js").Picture} picture */
  explain(picture) {
    text(this.how, howCounted(picture));
  }

  /** @param {Object<string, any>} ledger */
  update(ledger) {
    for (const [key, { row, value }] of this.rows) {
      const number = ledger[key] ?? null;
      const atLeast = key === "duplicates" && ledger.duplicates_at_least === true;
      text(value, `${atLeast ? "\u2265" : ""}${count(number)}`);
      attr(value, "data-value", number === null ? "" : String(number));
      row.hidden = RARE.has(key) && !number;
      toggle(row, "good", ZERO.has(key) && number === 0 && !atLeast);
      toggle(row, "bad", BAD.has(key) && number > 0);
      toggle(row, "again", key === "duplicates" && number > 0);
      attr(row, "title", number === null ? "not known" : atLeast ? AT_LEAST : null);
    }
    toggle(this.holder, "many", [...RARE].some((key) => ledger[key] > 0));
    const again = ledger.duplicates ?? 0;
    const least = ledger.duplicates_at_least === true;
    text(this.rows.get("duplicates").term, again === 1 && !least ? "duplicate" : "duplicates");
    shown(this.note, again > 0);
    text(this.note, `${least ? "At least " : ""}${several(again, "event")} written again, with the same id`);
  }
}

/** Why more is handled than was made: "An event counts 3 times: once per reader." */
export function howCounted({ edges, groups, ledger }) {
  const services = new Map(Object.values(groups).map(({ name, service }) => [name, service]));
  // As the ledger does, only those that keep books themselves.
  const counts = (group) => (ledger.services?.[services.get(group)] ?? ledger.groups?.[group])?.by === "kit";
  const readers = new Map();
  for (const { kind, topic, group } of Object.values(edges)) {
    if (kind === "reads" && counts(group)) readers.set(topic, (readers.get(topic) ?? new Set()).add(group));
  }
  const sizes = new Set([...readers.values()].map((groups) => groups.size));
  const [size] = sizes;
  if (sizes.size !== 1) return "An event counts once per reader.";
  return size === 1 ? "An event counts once." : `An event counts ${size} times: once per reader.`;
}
