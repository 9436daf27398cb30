// The last two minutes of every group's lag. Pure: time passed in.

export const SPAN_MS = 120_000;
/** Surveys come at most four times a second. */
const POINT_EVERY_MS = 250;
const POINTS_MOST = SPAN_MS / POINT_EVERY_MS + 2;
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

  highest() {
    let most = 0;
    for (const line of this.lines.values()) for (const { lag } of line) most = Math.max(most, lag ?? 0);
    return most;
  }
}

/** The scale's upper end: 10, 20, 50, 100 ... at least a little above the highest. */
export function ceiling(highest) {
  for (let unit = 10; ; unit *= 10) {
    for (const step of [1, 2, 5]) if (highest <= unit * step) return unit * step;
  }
}

/**
 * A line's points in a plot, left to right; null where nothing was known, so that it breaks.
 * @returns {({x: number, y: number}|null)[]}
 */
export function plotted(line, now, top, { x, y, w, h }) {
  return line.map(({ at, lag }) =>
    lag === null
      ? null
      : { x: x + w * (1 - (now - at) / SPAN_MS), y: y + h * (1 - Math.min(lag, top) / top) },
  );
}
