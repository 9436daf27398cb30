// The ledger: what was published, handled, waits, and that nothing is lost. A duplicate is no loss
// and no fault: at-least-once means that an event may be written again, and then has the same id.

import { attr, el, shown, text, toggle } from "./dom.js";
import { clock, count, several } from "./words.js";

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
const NOT_ALL = "Not all can be seen, or told from what was written again after a rewind";
const READ_AGAIN =
  "A rewind is a new pass: published and handled count from its beginning. What is written again then " +
  "is wanted, and no duplicate. An event does not say from which partition its cause came: where only " +
  "some partitions were rewound, what a crash of the others wrote again may be among it";
/** Services of which it is told in which pass they are. */
const PASSES_MOST = 3;

export class LedgerView {
  /**
   * @param {HTMLElement} holder of the numbers
   * @param {HTMLElement} note of what was written again
   * @param {HTMLElement} how what is counted, in words
   * @param {HTMLElement} passes who reads again
   * @param {(at: number) => number} here server's instants to this machine's
   */
  constructor(holder, note, how, passes, here) {
    this.here = here;
    this.how = how;
    this.passes = passes;
    attr(passes, "title", READ_AGAIN);
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

  sinceWhen(at) {
    return at === null ? "" : `Of what was written since ${clock(this.here(at))}: before, Flowviz did not see all, and nobody knows what was written twice`;
  }

  /** From when on its number holds, in the ledger's own place. */
  sinceWords({ duplicates = null, duplicates_since_at: since = null, duplicates_at_least: atLeast }) {
    if (duplicates === null || since === null || (atLeast && !duplicates)) return "";
    return `duplicates not known before ${clock(this.here(since))}`;
  }

  /** @param {import("./decoder.js").Picture} picture */
  explain(picture) {
    text(this.how, howCounted(picture));
  }

  /** @param {Object<string, any>} ledger */
  update(ledger) {
    for (const [key, { row, value }] of this.rows) {
      const atLeast = key === "duplicates" && ledger.duplicates_at_least === true;
      // None seen, where not all can be seen, says nothing: that is not known.
      const number = atLeast ? ledger[key] || null : ledger[key] ?? null;
      const since = key === "duplicates" && number !== null ? ledger.duplicates_since_at ?? null : null;
      text(value, `${atLeast && number !== null ? "\u2265" : ""}${count(number)}`);
      attr(value, "data-value", number === null ? "" : String(number));
      row.hidden = RARE.has(key) && !number;
      // Counted up to a while ago: what has become of the rest, nobody knows.
      const now = (ledger.waiting ?? null) !== null;
      toggle(row, "good", ZERO.has(key) && number === 0 && since === null && now);
      toggle(row, "bad", BAD.has(key) && number > 0);
      toggle(row, "again", key === "duplicates" && number > 0);
      const seen = key === "duplicates" ? [this.sinceWhen(since), unseen(ledger)].filter(Boolean).join(". ") || null : null;
      attr(row, "title", number === null ? notKnown(key, ledger) : atLeast ? seen ?? NOT_ALL : seen);
    }
    toggle(this.holder, "many", [...RARE].some((key) => ledger[key] > 0));
    const again = ledger.duplicates ?? 0;
    const least = ledger.duplicates_at_least === true;
    text(this.rows.get("duplicates").term, again === 1 && !least ? "duplicate" : "duplicates");
    const read = [passes(ledger), this.sinceWords(ledger)].filter(Boolean).join("; ");
    shown(this.passes, read !== "");
    text(this.passes, read);
    shown(this.note, again > 0);
    text(this.note, `${least ? "At least " : ""}${several(again, "event")} written again, with the same id`);
  }
}

/** Why it is not known. */
function notKnown(key, ledger) {
  if (key === "duplicates" && (ledger.duplicates ?? null) !== null) return unseen(ledger) || NOT_ALL;
  const reads = Object.values(ledger.services ?? {}).some(({ by }) => by === "kit");
  return key === "duplicates" && reads ? "Not known while the flow is sampled: most events are not seen" : "not known";
}

/** Of whom it cannot be seen what they do twice. */
export function unseen({ services = {} }) {
  // What was written again after a rewind is a trace: of such a one not all can be told apart.
  const silent = ({ duplicates_at_least: atLeast, handled, replayed = 0 }) => atLeast && handled !== null && !replayed;
  const names = Object.keys(services).filter((name) => silent(services[name]));
  return names.length ? `What ${listed(names)} did twice leaves no trace: nothing is written` : "";
}

/** Who reads again, and what that wrote again: "quality: pass 2, 4 139 written again after a rewind". */
export function passes({ services = {} }) {
  const again = Object.entries(services).filter(([, { pass }]) => (pass ?? 1) > 1);
  const told = again.slice(0, PASSES_MOST).map(([name, { pass, replayed, replayed_at_least: atLeast }]) => {
    if (replayed === null) return `${name}: pass ${pass}, written again: not known`;
    const written = replayed || atLeast ? `, ${atLeast ? "at least " : ""}${count(replayed)} written again after a rewind` : "";
    return `${name}: pass ${pass}${written}`;
  });
  return [...told, ...(again.length > PASSES_MOST ? [`${again.length - PASSES_MOST} more read again`] : [])].join("; ");
}

function listed(names) {
  return names.length > PASSES_MOST ? several(names.length, "service") : names.join(" and ");
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
