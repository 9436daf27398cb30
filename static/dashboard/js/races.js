// Who reads a log from an earlier place on: while it catches up, and a while after. A short log is
// read in less than a second; what that was can be seen for longer than it took. Pure.

import { length } from "./words.js";

/** So long it is told after it is over, ms. */
const STAYS_MS = 15_000;

const WORDS = {
  "plug in": ({ catch_up_seconds: seconds }) => `all of it in ${length(seconds)}`,
  rewind: ({ catch_up_seconds: seconds }) => `again in ${length(seconds)}`,
};

/**
 * @param {Object<string, any>} reports
 * @param {number} now server's time, ms
 * @returns {Map<string, {words: string}>} by group; words: how long it took, "" while it is not over
 */
export function races(reports, now) {
  const found = new Map();
  const all = Object.values(reports).filter(({ kind, group }) => WORDS[kind] && group !== null);
  for (const report of all.sort((a, b) => a.began_at - b.began_at)) {
    if (report.state !== "recovered") found.set(report.group, { words: "" });
    else if (now - report.ended_at < STAYS_MS && report.catch_up_seconds !== null) {
      found.set(report.group, { words: WORDS[report.kind](report) });
    } else found.delete(report.group);
  }
  return found;
}

/** From where each group has come, as far as it was seen: events behind the log's first one. */
export class Starts {
  constructor() {
    /** @type {Map<string, number>} */
    this.places = new Map();
  }

  /**
   * @param {{edge: any, race: object|null}[]} reads of one topic
   * @param {number|null} events that the log holds
   * @param {(lag: number) => boolean} beyond whether that is further back than the belt is long
   */
  seen(reads, events, beyond) {
    const before = this.places;
    this.places = new Map();
    for (const { edge, race } of reads) {
      const known = before.get(edge.group);
      const there = events !== null && edge.lag !== null && beyond(edge.lag);
      const place = there ? Math.max(0, events - edge.lag) : undefined;
      // One that is on the belt again and raced has come from there; another stands where it does.
      const kept = there || race ? known : undefined;
      if (place !== undefined || kept !== undefined) {
        this.places.set(edge.group, Math.min(place ?? kept, kept ?? place));
      }
    }
  }

  /** @returns {number|null} how far it was behind the head, of what the log holds now */
  lag(group, events) {
    const place = this.places.get(group);
    return place === undefined || events === null ? null : Math.max(0, events - place);
  }
}
