// The ledger: what was published, handled, waits, and that nothing is lost.

import { attr, el, text, toggle } from "./dom.js";
import { count } from "./words.js";

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
/** These should be 0, and say so. */
const ZERO = new Set(["lost", "duplicates"]);

const AT_LEAST = "At least so many: a service that publishes nothing cannot be checked";

export class LedgerView {
  constructor(holder) {
    this.rows = new Map(
      ROWS.map(([key, word]) => {
        const value = el("dd", { "data-ledger": key });
        const row = el("div", {}, el("dt", {}, word), value);
        holder.append(row);
        return [key, { row, value }];
      }),
    );
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
      toggle(row, "bad", (ZERO.has(key) || key === "dead_lettered") && number > 0);
      attr(row, "title", number === null ? "not known" : atLeast ? AT_LEAST : null);
    }
  }
}
