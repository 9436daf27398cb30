// Which events the tape shows. Pure: time passed in.

import { handledBy } from "./belts.js";

/** A busy tape is dealt anew once a second, so that it can be read; a calm one at once. */
export const STEP_MS = 1000;
const CALM_GAP_MS = 700;
/** Held events stay so many; the rest is in the cluster. */
const SHOWN_MOST = 12;

export class Tape {
  constructor() {
    /** @type {Object<string, any>[]} newest first */
    this.cards = [];
    /** @type {Object<string, any>[]} newest last: other topics may push them out of the picture */
    this.kept = [];
    this.epoch = null;
    this.held = false;
    this.dealtAt = -Infinity;
    this.total = 0;
  }

  /**
   * @param {Object<string, any>[]} events newest last
   * @param {Set<string>} read topics that a group reads: only their events have marks; when no
   *   topic is read, all are shown
   * @param {string} [epoch] of the server: what another run of it told is not kept
   * @returns {boolean} whether the cards changed
   */
  offer(events, read, places, now, epoch = "") {
    if (this.held && this.cards.length) return false;
    this.keep(read.size ? events.filter((event) => read.has(event.topic)) : events, read, epoch);
    const newest = this.kept.slice(-Math.min(places, SHOWN_MOST)).reverse();
    if (same(newest, this.cards)) return false;
    const calm = newest.length < 2 || newest[0].seen_at - newest[1].seen_at > CALM_GAP_MS;
    const wait = calm ? CALM_GAP_MS / 2 : STEP_MS;
    if (this.cards.length >= newest.length && now - this.dealtAt < wait) return false;
    this.cards = newest;
    this.dealtAt = now;
    return true;
  }

  keep(events, read, epoch) {
    if (epoch !== this.epoch) {
      this.kept = [];
      this.dealtAt = -Infinity;
    }
    this.epoch = epoch;
    const again = new Set(events.map(keyOf));
    const before = this.kept.filter((event) =>
      !again.has(keyOf(event)) && (read.size === 0 || read.has(event.topic)));
    this.kept = [...before, ...events].slice(-SHOWN_MOST);
  }
}

function same(a, b) {
  return a.length === b.length && a.every((event, i) => keyOf(event) === keyOf(b[i]));
}

export function keyOf(event) {
  return `${event.partition}/${event.offset}/${event.topic}`;
}

/**
 * What an event is called: by its key, else by its id. A key that cannot be seen is told.
 * @returns {{words: string, named: boolean}}
 */
export function called({ key, id, note }) {
  const name = key ?? id;
  if (name === null) return { words: note ?? "no key", named: false };
  if (name.trim() === "") return { words: name === "" ? "empty key" : "blank key", named: false };
  return { words: name, named: true };
}

/**
 * One mark a group that reads the event's topic.
 * @param {{edge: any, colour: number}[]} reads
 * @returns {{group: string, colour: number, handled: boolean|null}[]} null: not known
 */
export function marks(event, reads) {
  return reads.map(({ edge, colour }) => ({
    group: edge.group,
    colour,
    handled: handled(event, edge),
  }));
}

/**
 * The picture carries commits for the partitions of its newest events only, and a card may stay
 * longer. Then a group with no lag at all has handled it, and of others it is not known.
 */
function handled(event, edge) {
  if ((edge.committed?.[event.partition] ?? null) !== null) {
    return handledBy(event.partition, event.offset, edge);
  }
  return edge.lag === 0 && !edge.at_least ? true : null;
}
