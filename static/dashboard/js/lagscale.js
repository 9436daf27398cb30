// How high the chart's scale goes, and what rises above it. Pure.

import { ceiling } from "./history.js";
import { count } from "./words.js";

/** What was so lately is what matters now, ms. */
export const RECENT_MS = 10_000;
/** Beside something so many times as high a line is flat: what is past gives way to it. */
const FLAT = 10;
/** What is high now gives way only where nothing else could be seen at all. */
const UNSEEN = 100;
/** For less than this nothing is cut off: it is noise of running readers. */
const NOISE = 10;
/** And of what is high now nothing is cut off for less than this. */
const WAITS = 50;
/** So many that rise above are named. */
const NAMED_MOST = 3;

/**
 * @typedef {{name: string, points: {at: number, lag: number|null}[]}} Line
 * @typedef {{name: string, at: number, lag: number}} Peak the highest point of a line, and when
 * @param {Line[]} lines @param {number} now ms
 * @returns {{top: number, over: Peak[]}} over: peaks above the scale's end, the highest first
 */
export function scale(lines, now) {
  const peaks = lines.map((line) => highest(line, -Infinity)).filter((peak) => peak.lag > 0);
  const recent = lines.map((line) => highest(line, now - RECENT_MS));
  const lately = new Map(recent.map(({ name, lag }) => [name, lag]));
  const heights = [
    ...peaks.map(({ name, lag }) => ({ lag, past: lately.get(name) * FLAT <= lag })),
    ...recent.map(({ lag }) => ({ lag, past: false })),
  ].sort((a, b) => b.lag - a.lag);
  let end = heights[0]?.lag ?? 0;
  let [ratio, least] = [FLAT, NOISE];
  heights.slice(0, -1).forEach(({ lag, past }, i) => {
    if (!past) [ratio, least] = [UNSEEN, WAITS];
    const next = heights[i + 1].lag;
    if (next >= least && lag >= ratio * next) end = next;
  });
  const top = ceiling(end);
  return { top, over: peaks.filter(({ lag }) => lag > top).sort((a, b) => b.lag - a.lag) };
}

function highest({ name, points }, since) {
  let most = { name, at: since, lag: 0 };
  for (const { at, lag } of points) if (at >= since && (lag ?? 0) > most.lag) most = { name, at, lag };
  return most;
}

/**
 * @param {ReturnType<typeof scale>} found
 * @returns {{short: string, whole: string}} what the chart says where something is cut off
 */
export function cutOff({ top, over }) {
  if (!over.length) return { short: "", whole: "" };
  const named = over.slice(0, NAMED_MOST).map(({ name, lag }) => `${name} ${count(lag)}`);
  const rest = over.length > NAMED_MOST ? ` and ${over.length - NAMED_MOST} more` : "";
  return {
    short: `cut off at ${count(top)}`,
    whole: `Above the chart, at most: ${named.join(", ")}${rest}. To that scale the others would be flat`,
  };
}
