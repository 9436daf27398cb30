// Where things stand on a belt. Pure: px in, px out, time passed in.

/** px from one item to the next, and from the belt's entry to the first. */
export const PITCH = 24;
export const ITEM = { w: 14, h: 32 };
const ENTRY = 20;

/** How many items a belt of this width shows whole. */
export function places(width) {
  return Math.max(1, Math.floor((width - ENTRY) / PITCH));
}

/** Left side of the item that is `index` places behind the head. */
export function itemX(index) {
  return ENTRY + index * PITCH;
}

/** A cursor stands behind the items that wait for its group: `lag` items behind the head. */
export function cursorX(lag) {
  return itemX(lag) - (PITCH - ITEM.w) / 2;
}

/**
 * The backlog's bar: from the head to the cursor, and how much of it does not fit on the belt.
 * @returns {{px: number, over: number}}
 */
export function bar(lag, width) {
  const fits = places(width);
  if (lag > fits) return { px: width, over: lag - fits };
  return { px: lag > 0 ? cursorX(lag) : 9, over: 0 };
}

/**
 * Where a group stands on the whole log, drawn small: 0 is the head, `width` the log's beginning.
 * @param {number|null} events that the log holds; null: not known, and then there is no such place
 */
export function onWholeLog(lag, events, width) {
  return events === null || events <= 0 ? null : width * Math.min(1, Math.max(0, lag / events));
}

/**
 * Whether every group that reads the topic has handled an item: its commit has passed it.
 * Unknown commits have passed nothing.
 */
export function handledByAll(partition, offset, edges) {
  return edges.length > 0 && edges.every((edge) => handledBy(partition, offset, edge));
}

/** @returns {boolean} */
export function handledBy(partition, offset, edge) {
  const committed = edge.committed?.[partition];
  return committed !== undefined && committed !== null && committed > offset;
}

/** Items that wait to enter: a cap, as everywhere. */
const WAITING_MOST = 200;

/**
 * Items enter a belt when the dot that brings them arrives, not before: `due` says when.
 */
export class Arrivals {
  constructor() {
    /** @type {Map<string, number>} item's key -> when it enters, ms */
    this.due = new Map();
    this.last = 0;
  }

  /**
   * @param {[number, number][]} items newest last
   * @param {number} now ms
   * @param {number} travel ms that a dot is on its way; 0 lets all enter at once
   */
  seen(items, now, travel) {
    const before = this.due;
    this.due = new Map();
    for (const [partition, offset] of items.slice(-WAITING_MOST)) {
      const key = `${partition}/${offset}`;
      const known = before.get(key);
      this.last = known ?? Math.max(this.last, before.size ? now + travel : now);
      this.due.set(key, travel ? this.last : Math.min(this.last, now));
    }
    this.last = Math.min(this.last, now + travel);
  }

  entered(partition, offset, now) {
    return (this.due.get(`${partition}/${offset}`) ?? 0) <= now;
  }

  /** Whether something is still on its way at `now`. */
  waiting(now) {
    return this.last > now;
  }
}

/** Fraction of the way that remains after `ms` of an approach with this time constant. */
export function remaining(ms, constant) {
  return Math.exp(-ms / constant);
}
