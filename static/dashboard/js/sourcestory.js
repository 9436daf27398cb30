// The report of a source in words: nothing waits for it, so it is told by what it published. Pure.

import { count, length, rate, several } from "./words.js";

/**
 * @param {Object<string, any>} report
 * @returns {{story: string, verdict: {words: string, tone: string}[]}}
 */
export function toldOfSource(report) {
  if (report.state !== "recovered") {
    return {
      story: [sofar(report), before(report)].filter(Boolean).join(", "),
      verdict: report.state === "down" ? [] : [{ words: again(report), tone: "" }],
    };
  }
  const story = [output(report), before(report), readers(report)].filter(Boolean).join(", ");
  return { story, verdict: verdict(report) };
}

function sofar({ published }) {
  if (published === null) return "what it publishes is not known";
  return published === 0 ? "nothing published" : `${several(published, "event")} published`;
}

/** What it published while it was slow does not count. */
function again({ published }) {
  return `at work again, nothing published ${published > 0 ? "since" : "yet"}`;
}

/** Where nothing was seen to come, it may be that nobody watched: that is no rate. */
function before({ rate_before: was, quiet_seconds: quiet, again_seconds: again }) {
  const unseen = was === 0 && quiet === null && again !== null;
  return was === null || unseen ? "" : `${rate(was)} a second before`;
}

function output(report) {
  const { kind, published, quiet_seconds: quiet, again_seconds: again, down_seconds: down } = report;
  if (kind === "slow") {
    if (published === null) return "what it published is not known";
    return `${several(published, "event")} published${down > 0 ? `, ${rate(published / down)} a second` : ""}`;
  }
  const first = published > 0 ? `${several(published, "event")} published, then ` : "";
  if (quiet !== null) return `${first}nothing for ${length(quiet)}`.replace(/^nothing/, "published nothing");
  if (again !== null) return `published again after ${length(again)}`;
  return published === null ? "what it published is not known" : sofar(report);
}

/** Only where they were seen to have nothing left. */
function readers({ kind, readers: n, readers_idle: idle }) {
  if (idle !== true || kind === "slow") return "";
  return n === 1 ? "its reader had read everything and waited" : `its ${count(n)} readers had read everything and waited`;
}

/** What its readers lost, only where it is known. */
function verdict({ lost }) {
  return lost === null ? [] : [{ words: `${count(lost)} lost`, tone: lost === 0 ? "good" : "bad" }];
}
