// The report of the line of direct calls in words: what is gone, for nothing waits there. Pure.

import { count, length, rate, several } from "./words.js";

/** What a part that is gone is, for whoever asks. */
export const GONE = "Refused, or not answered in time: they wait nowhere, and nobody comes back for them";

/**
 * @param {Object<string, any>} report
 * @returns {{story: string, verdict: {words: string, tone: string, title?: string}[]}}
 */
export function toldOfDirect(report) {
  const { state, kind } = report;
  const parts = state !== "recovered" || kind === "slow" ? [came(report), before(report)] : [came(report)];
  const story = said(...parts, back(report), shared(report));
  if (state === "down") return { story, verdict: [] };
  if (state === "catching up") return { story, verdict: [{ words: again(report), tone: "" }] };
  return { story, verdict: verdict(report) };
}

/** The service; of several that one report is about, how many of the line. */
export function whoOfDirect({ service, services }) {
  if (!services?.length) return service;
  return services.length < 3 ? services.join(" and ") : `${services.length} of the direct line`;
}

const said = (...parts) => parts.filter(Boolean).join(", ");

/** @returns {number|null} parts that their source has given up */
function gone({ refused, timed_out: timedOut }) {
  return (refused ?? null) === null || (timedOut ?? null) === null ? null : refused + timedOut;
}

function came(report) {
  const failed = gone(report);
  if (failed === null) return "what comes of its parts is not known";
  const { finished } = report;
  const least = report.at_least ? "\u2265" : "";
  const done = finished === null ? "" : `${least}${several(finished, "part")} finished`;
  return said(done, `${least}${count(failed)} refused or timed out`);
}

function before({ rate_before: was }) {
  return was === null ? "" : `${rate(was)} finished a second before`;
}

/** Its source tells of its parts once a second: no sooner is it known. */
function back({ state, again_seconds: seconds, switched_off: off }) {
  if (state !== "recovered") return "";
  if (off) return "then the line was switched off";
  return seconds === null ? "" : `moving again within ${length(seconds)}`;
}

function again({ again_seconds: seconds, kind }) {
  return seconds === null && kind !== "slow" ? "at work again, no part finished yet" : "moving again";
}

function shared({ shared: too }) {
  return too ? "counted in another recovery too" : "";
}

function verdict(report) {
  const n = gone(report);
  // At least none says nothing.
  if (n === null || (report.at_least && n === 0)) return [{ words: "parts gone: not known", tone: "" }];
  if (n === 0) return [{ words: "0 parts gone", tone: "good" }];
  const least = report.at_least ? "\u2265" : "";
  return [{ words: `${least}${several(n, "part")} gone for good`, tone: "bad", title: GONE }];
}
