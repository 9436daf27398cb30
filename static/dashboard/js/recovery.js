// A recovery report in words, and as the mountain of its backlog. Pure.

import { count, length, rate, several } from "./words.js";

/** A backlog smaller than this is drawn as the hill it is, not as a mountain. */
const HILL = 10;
/** Shorter than the time between two surveys: no speed can be told. */
const AT_ONCE_SECONDS = 0.25;

/**
 * @param {Object<string, any>} report
 * @param {number} now server's time, ms
 * @param {boolean} atLeast the service's duplicates cannot all be seen, as the ledger says
 * @returns {{title: string, story: string, verdict: {words: string, tone: string}[]}} tone: good,
 *   bad, again (an event that was written again has the same id, and harms nobody), or nothing
 */
export function told(report, now, atLeast = false) {
  const down = report.down_seconds ?? (now - report.began_at) / 1000;
  const what = report.kind === "pause" ? "paused" : "down";
  const most = report.lag_highest === null ? "" : `${count(report.lag_highest)} waiting`;
  if (report.state === "down") {
    const growing = report.growth_per_second > 0.05 ? `, ${rate(report.growth_per_second)} more a second` : "";
    return said(report, `${what} for ${whole(down)}`, `${most}${growing}`, []);
  }
  if (report.state === "catching up") {
    return said(report, `${what} ${length(down)}`, most, [{ words: "catching up", tone: "" }]);
  }
  const caught = [most, back(report)].filter(Boolean).join(", ");
  return said(report, `${what} ${length(down)}`, caught, verdict(report, atLeast));
}

function back({ catch_up_seconds: seconds, catch_up_rate: speed }) {
  if (seconds === null) return "";
  if (seconds < AT_ONCE_SECONDS) return "caught up at once";
  return `caught up in ${length(seconds)}${speed === null ? "" : ` (${rate(speed)}/s)`}`;
}

function verdict({ lost, duplicates }, atLeast) {
  const ofLost = lost === null
    ? { words: "lost: not known", tone: "" }
    : { words: `${count(lost)} lost`, tone: lost === 0 ? "good" : "bad" };
  if (duplicates === null) return [ofLost, { words: "duplicates: not known", tone: "" }];
  // None seen, where not all can be seen, says nothing.
  if (atLeast && duplicates === 0) return [ofLost];
  const words = atLeast ? `\u2265${count(duplicates)} duplicates` : several(duplicates, "duplicate");
  return [ofLost, { words, tone: duplicates === 0 ? "good" : "again" }];
}

/** A length that is still growing: whole seconds, so that it does not flicker. */
function whole(seconds) {
  return length(Math.max(0, Math.floor(seconds))).replace(/\.0 s$/, " s");
}

function said(report, what, story, found) {
  return { title: `${report.service ?? report.group} ${what}`, story, verdict: found };
}

/**
 * The backlog over the report's time, as a drawing of what is known and no more: how much waited
 * before, how much at most and when, how much now, and that it was back. Between these it is
 * straight, for nobody has kept what was between.
 * @param {number|null} lag what waits now, where the report is still open
 * @returns {{line: string, area: string, peak: number, top: number, words: string}} SVG path data
 *   for a box of 100 x 40; where in it the highest is, from the left and from above; all in words
 */
export function mountain(report, now, lag) {
  // The lag before is the largest of some seconds: it may have been more than ever waited since.
  const highest = Math.max(0, report.lag_highest ?? report.lag_before ?? 0);
  const before = Math.min(Math.max(0, report.lag_before ?? 0), highest);
  const end = report.ended_at ?? now;
  const seconds = Math.max(0.001, (end - report.began_at) / 1000);
  const climb = report.growth_per_second > 0 ? (highest - before) / report.growth_per_second : 0;
  const peak = Math.min(100, round((100 * climb) / seconds));
  const after = report.state === "recovered" ? before : Math.min(lag ?? highest, highest);
  const y = (waiting) => round(38 - (36 * waiting) / Math.max(HILL, highest));
  const points = [[0, before], [peak, highest], [100, after]];
  const line = points.map(([x, waiting], i) => `${i ? "L" : "M"}${x} ${y(waiting)}`).join("");
  const last = report.state === "recovered" ? "as before" : lag === null ? "not known" : count(lag);
  const words = `Backlog: ${count(before)}, at most ${count(highest)}, ${
    report.state === "recovered" ? "then" : "now"} ${last}`;
  return { line, area: `${line}V38H0z`, peak, top: y(highest), words };
}

function round(value) {
  return Math.round(value * 10) / 10;
}

/** @returns {Set<string>} the groups that are catching up, as their reports say */
export function catchingUp(reports) {
  const open = Object.values(reports).filter((report) => report.state === "catching up");
  return new Set(open.map((report) => report.group));
}
