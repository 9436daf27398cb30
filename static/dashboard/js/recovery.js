// A recovery report in words, and as the mountain of its backlog. Pure.

import { count, length, rate } from "./words.js";

/**
 * @param {Object<string, any>} report
 * @param {number} now server's time, ms
 * @returns {{title: string, story: string, verdict: string, good: boolean|null}}
 */
export function told(report, now) {
  const down = report.down_seconds ?? (now - report.began_at) / 1000;
  const what = report.kind === "pause" ? "paused" : "down";
  const most = report.lag_highest === null ? "" : `${count(report.lag_highest)} waiting`;
  if (report.state === "down") {
    const growing = report.growth_per_second > 0.05 ? `, ${rate(report.growth_per_second)} more a second` : "";
    return said(report, `${what} for ${whole(down)}`, `${most}${growing}`, "", null);
  }
  if (report.state === "catching up") {
    return said(report, `${what} ${length(down)}`, most, "catching up", null);
  }
  const speed = report.catch_up_rate === null ? "" : ` (${rate(report.catch_up_rate)}/s)`;
  const caught = report.catch_up_seconds === null
    ? most
    : `${most ? `${most}, ` : ""}caught up in ${length(report.catch_up_seconds)}${speed}`;
  const lost = report.lost === null ? "lost: not known" : `${count(report.lost)} lost`;
  const twice = report.duplicates === null ? "duplicates: not known" : `${count(report.duplicates)} duplicates`;
  const good = report.lost === null ? null : report.lost === 0 && !report.duplicates;
  return said(report, `${what} ${length(down)}`, caught, `${lost}, ${twice}`, good);
}

/** A length that is still growing: whole seconds, so that it does not flicker. */
function whole(seconds) {
  return length(Math.max(0, Math.floor(seconds))).replace(/\.0 s$/, " s");
}

function said(report, what, story, verdict, good) {
  return { title: `${report.service ?? report.group} ${what}`, story, verdict, good };
}

/**
 * The backlog over the report's time, in a box of 100 x 40: up while it was down, then back.
 * @returns {{line: string, area: string}} SVG path data
 */
export function mountain(report, now) {
  const down = report.down_seconds ?? (now - report.began_at) / 1000;
  const up = report.state === "down"
    ? 0
    : report.catch_up_seconds ?? Math.max(0, (now - (report.resumed_at ?? now)) / 1000);
  const whole = Math.max(0.001, down + up);
  const before = Math.max(0, report.lag_before ?? 0);
  const highest = Math.max(1, report.lag_highest ?? 1, before);
  const y = (lag) => 38 - 36 * (lag / highest);
  const n = (value) => Math.round(value * 10) / 10;
  const peak = n((100 * down) / whole);
  const points = [[0, n(y(before))], [peak, 2]];
  if (report.state === "recovered") points.push([100, n(y(before))]);
  const line = points.map(([px, py], i) => `${i ? "L" : "M"}${px} ${py}`).join("");
  return { line, area: `${line}V38H0z` };
}
