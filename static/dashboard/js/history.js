// The last two minutes of every group's lag: noted here frame by frame, and for the time before this
// page was there, what the server remembers. Pure: time passed in.

export const SPAN_MS = 120_000;
/** Surveys come at most four times a second. */
const POINT_EVERY_MS = 250;
const POINTS_MOST = SPAN_MS / POINT_EVERY_MS + 2;
/** Between two points further apart than this nothing is known: a sleep, a lost connection. */
const HOLE_MS = 3000;
/** What the server remembers stands in holes only: so near to a point of our own it adds nothing. */
const NEAR_MS = 1000;
/** More lines than this cannot be told apart: those with the most lag are drawn. */
export const LINES_MOST = 8;

export class History {
  constructor() {
    /** @type {Map<string, {at: number, lag: number|null}[]>} */
    this.lines = new Map();
  }

  /** @param {Object<string, any>[]} groups @returns {boolean} whether a point was added */
  note(groups, now) {
    let added = false;
    const known = new Set(groups.map((group) => group.name));
    for (const name of this.lines.keys()) if (!known.has(name)) this.lines.delete(name);
    for (const { name, lag } of groups) {
      const line = this.lines.get(name) ?? [];
      this.lines.set(name, line);
      const last = line[line.length - 1];
      if (last && now - last.at < POINT_EVERY_MS) continue;
      line.push({ at: now, lag });
      while (line.length > POINTS_MOST || line[0].at < now - SPAN_MS - 1000) line.shift();
      added = true;
    }
    return added;
  }

  /** Whether there is a stretch before `now` that the server may remember and this page does not. */
  lacks(now) {
    const newest = [...this.lines.values()].map((line) => line[line.length - 1].at);
    return !newest.length || now - Math.max(...newest) > HOLE_MS;
  }

  /**
   * Takes what the server remembers, as GET /api/lag tells it.
   * @param {{at: number[], groups: Object<string, (number|null)[]>}} past
   */
  fill({ at, groups }) {
    for (const [name, lags] of Object.entries(groups)) {
      const own = this.lines.get(name) ?? [];
      const lacking = at
        .map((when, i) => ({ at: when, lag: lags[i] }))
        .filter((point) => !own.some((known) => Math.abs(known.at - point.at) < NEAR_MS));
      const line = [...own, ...lacking].sort((a, b) => a.at - b.at);
      if (line.length) this.lines.set(name, line.slice(-POINTS_MOST));
    }
  }

  forget() {
    this.lines.clear();
  }
}

/** The scale's upper end: 10, 20, 50, 100 ... at least a little above the highest. */
export function ceiling(highest) {
  for (let unit = 10; ; unit *= 10) {
    for (const step of [1, 2, 5]) if (highest <= unit * step) return unit * step;
  }
}

/**
 * A line's points in a plot, left to right; null where nothing was known, so that it breaks. What
 * is higher than the scale is above the plot.
 * @returns {({x: number, y: number}|null)[]}
 */
export function plotted(line, now, top, { x, y, w, h }) {
  return line.flatMap(({ at, lag }, i) => {
    if (lag === null) return [null];
    const point = { x: x + w * (1 - (now - at) / SPAN_MS), y: y + h * (1 - lag / top) };
    return i && at - line[i - 1].at > HOLE_MS ? [null, point] : [point];
  });
}
