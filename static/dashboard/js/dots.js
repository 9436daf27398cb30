// Dots on their way: each stands for real events. Pure: the server's time in ms and lengths in px
// passed in.

/** px a second, in the world's own px. */
export const SPEED = 160;
/** Nearer than this to the one ahead, a dot merges with it and carries a count. */
const MERGE_PX = 14;
/** From this many events a second on, an edge says how many events a dot stands for. */
const DENSE_RATE = 30;
/** Dots on all edges together; beyond, newer events join the last dot of their edge. */
export const DOTS_MOST = 4000;

/** So much later dots may leave rather than merge: surveys do not come in even steps. */
const SLACK_MS = 250;
/** How fast an edge is now is told by what left within so long. */
const PACE_MS = 2000;
const MERGE_MS = (MERGE_PX / SPEED) * 1000;

/** Surveys and frames come at most 20 times a second. */
const LATE_MOST = 20 * (PACE_MS / 1000);

/** @typedef {{at: number, count: number}} Dot  at: when it leaves, ms */

export class Dots {
  constructor() {
    /** @type {Map<string, Dot[]>} edge -> dots, first to leave first */
    this.lanes = new Map();
    /** @type {Map<string, {at: number, count: number}[]>} what left of late, for the pace */
    this.late = new Map();
    this.size = 0;
  }

  /**
   * `count` events leave an edge's beginning, spread evenly over `overMs` from `now` on.
   */
  leave(edge, count, overMs, now) {
    const lane = this.lanes.get(edge) ?? [];
    if (!this.lanes.has(edge)) this.lanes.set(edge, lane);
    this.late.set(edge, [...this.since(edge, now), { at: now, count }].slice(-LATE_MOST));
    // Those of the last survey that have not left yet go first; so the stream stays even.
    const latest = now + overMs + SLACK_MS;
    const begin = lane.length ? Math.min(latest, Math.max(now, lane[lane.length - 1].at + MERGE_MS)) : now;
    const end = Math.max(now + overMs, Math.min(latest, begin + count * MERGE_MS));
    const dots = Math.max(1, Math.min(count, Math.floor((end - begin) / MERGE_MS)));
    for (let i = 0, sent = 0; i < dots; i += 1) {
      const upTo = Math.round(((i + 1) * count) / dots);
      this.put(lane, begin + ((end - begin) * i) / dots, upTo - sent);
      sent = upTo;
    }
  }

  put(lane, at, count) {
    if (count <= 0) return;
    const ahead = lane[lane.length - 1];
    if (ahead && (at - ahead.at < MERGE_MS || this.size >= DOTS_MOST)) {
      ahead.count += count;
      return;
    }
    lane.push({ at, count });
    this.size += 1;
  }

  /**
   * Takes those off that have arrived, and those whose edge is gone.
   * @param {(edge: string) => number|null} lengthOf px, null for an edge that is not there
   * @returns {number} dots still on their way or about to leave
   */
  advance(now, lengthOf) {
    for (const [edge, lane] of this.lanes) {
      const length = lengthOf(edge);
      const travel = length === null ? -Infinity : (length / SPEED) * 1000;
      let gone = 0;
      while (gone < lane.length && now - lane[gone].at > travel) gone += 1;
      if (length === null) gone = lane.length;
      if (gone) lane.splice(0, gone);
      this.size -= gone;
      if (!lane.length) this.lanes.delete(edge);
    }
    return this.size;
  }

  /** @param {(edge: string, px: number, count: number) => void} draw for each dot on its way */
  each(now, draw) {
    for (const [edge, lane] of this.lanes) {
      for (const dot of lane) {
        if (dot.at <= now) draw(edge, ((now - dot.at) / 1000) * SPEED, dot.count);
      }
    }
  }

  /** How many events the dots on an edge carry on the average; 0 without dots. */
  load(edge) {
    const lane = this.lanes.get(edge) ?? [];
    return lane.length ? lane.reduce((sum, dot) => sum + dot.count, 0) / lane.length : 0;
  }

  since(edge, now) {
    return (this.late.get(edge) ?? []).filter(({ at }) => now - at < PACE_MS);
  }

  /** Events a second that left on an edge of late: sooner back than its rate, a longer mean. */
  pace(edge, now) {
    const left = this.since(edge, now);
    if (!left.length) this.late.delete(edge);
    return left.reduce((sum, { count }) => sum + count, 0) / (PACE_MS / 1000);
  }

  clear() {
    this.lanes.clear();
    this.late.clear();
    this.size = 0;
  }
}

/** Frames come every 50 to 100 ms: what was written since the last one is spread over this. */
const WRITES_OVER_MS = 100;
/** A survey that was away for long does not make dots crawl out for minutes. */
const SPREAD_MOST_MS = 2000;

/**
 * The events that went along each edge between two pictures that follow each other.
 * What was read from history when the tap started is shown, but nothing moves for it.
 * @returns {{edge: string, count: number, overMs: number}[]}
 */
export function departures(before, after, frame) {
  const found = [];
  for (const id of Object.keys(frame.set?.edges ?? {})) {
    const edge = after.edges[id];
    const was = before.edges[id]?.count ?? null;
    if (edge.count === null || was === null || edge.count <= was) continue;
    if (edge.kind === "writes") {
      if (onlyHistory(frame.events ?? [], edge)) continue;
      found.push({ edge: id, count: edge.count - was, overMs: WRITES_OVER_MS });
    } else {
      const overMs = Math.min(SPREAD_MOST_MS, (edge.over_seconds ?? 0) * 1000);
      found.push({ edge: id, count: edge.count - was, overMs });
    }
  }
  return found;
}

function onlyHistory(events, edge) {
  const onTopic = events.filter((event) => event.topic === edge.topic);
  return onTopic.length > 0 && onTopic.every((event) => event.live === false);
}

/**
 * How many events a dot stands for on a dense edge, as a round number; null on a calm one, where
 * a dot that carries more than one says so itself.
 * @param {number|null} rate of the edge, which is a mean of some seconds
 * @param {number} load what its dots carry now: after a burst the rate is still high
 * @param {number} pace events a second of late: after a burst the dots may still be full
 */
export function eventsPerDot(rate, load, pace = Infinity) {
  if (rate === null || Math.min(rate, pace) <= DENSE_RATE || load < 1.5) return null;
  const magnitude = 10 ** Math.floor(Math.log10(load));
  const step = load / magnitude;
  const round = step < 1.5 ? 1 : step < 3.5 ? 2 : step < 7.5 ? 5 : 10;
  return Math.max(2, round * magnitude);
}
