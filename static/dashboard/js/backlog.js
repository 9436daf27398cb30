// The backlog of a recovery report as a drawing of what its surveys found, and no more. Pure.

import { count } from "./words.js";

/** A backlog smaller than this is drawn as the hill it is, not as a mountain. */
const HILL = 10;
const WIDE = 100;
const FLOOR = 38;
const HIGH = 36;

/**
 * Where nothing was known of it there is a gap, and where nothing ever waited that did not before,
 * there is nothing to draw.
 * @param {Object<string, any>} report its `backlog` is [[ms since it began, waiting or null], ...]
 * @param {number} now server's time, ms
 * @param {boolean} current false: what waits is that of a while ago
 * @returns {{line: string, area: string, peak: number, top: number, words: string}|null} SVG path
 *   data for a box of 100 x 40; where in it the highest is, from the left and from above; in words
 */
export function drawn(report, now, current = true) {
  const over = report.state === "recovered";
  const end = Math.max(1, (report.ended_at ?? now) - report.began_at);
  const points = samples(report);
  const lag = current ? report.lag ?? null : null;
  // What the newest survey found waits still.
  if (!over && lag !== null && points.at(-1)?.[0] < end) points.push([end, lag]);
  const known = points.filter(([, waiting]) => waiting !== null);
  const highest = Math.max(0, ...known.map(([, waiting]) => waiting));
  if (known.length < 2 || (over && highest <= report.lag_before)) return null;
  const x = (ms) => round(Math.min(WIDE, (WIDE * Math.max(0, ms)) / end));
  const y = (waiting) => round(FLOOR - (HIGH * waiting) / Math.max(HILL, highest));
  const lines = pieces(points).map((piece) => piece.map(([ms, waiting]) => [x(ms), y(waiting)]));
  return {
    line: lines.map(path).join(""),
    area: lines.map((piece) => `${path(piece)}V${FLOOR}H${piece[0][0]}z`).join(""),
    peak: x(known.find(([, waiting]) => waiting === highest)[0]),
    top: y(highest),
    words: `Backlog: ${count(known[0][1])}, at most ${count(highest)}, ${
      over ? "then as before" : `now ${lag === null ? "not known" : count(lag)}`}`,
  };
}

/** What its surveys found. Of what is read again much may have been read before the first of them. */
function samples({ kind, backlog, read_again: again }) {
  const points = [...(backlog ?? [])];
  const highest = Math.max(0, ...points.map(([, waiting]) => waiting ?? 0));
  if (kind === "rewind" && again > highest) points.splice(0, 1, [0, again]);
  return points;
}

/** Those that hang together: between them it is not known what waited. */
function pieces(points) {
  const found = [[]];
  for (const point of points) {
    if (point[1] === null) found.push([]);
    else found.at(-1).push(point);
  }
  return found.filter((piece) => piece.length);
}

function path(piece) {
  return piece.map(([x, y], i) => `${i ? "L" : "M"}${x} ${y}`).join("");
}

function round(value) {
  return Math.round(value * 10) / 10;
}
