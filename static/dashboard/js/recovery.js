// A recovery report in words. Pure.

import { toldOfDirect, whoOfDirect } from "./directstory.js";
import { toldOfSource } from "./sourcestory.js";
import { count, length, rate, several } from "./words.js";

/** Shorter than the time between two surveys: no speed can be told. */
const AT_ONCE_SECONDS = 0.25;
/** Over less than this two surveys, a quarter of a second apart, give no rate worth telling. */
const RATED_SECONDS = 1;

/** What happened, while it lasts and afterwards; the length is put in, or what in particular. */
const KINDS = {
  pause: ["paused for %", "paused %"],
  slow: ["slow for %", "slow %"],
  crash: ["crashed, down for %", "crashed, down %"],
  freeze: ["frozen for %", "frozen %"],
  stop: ["stopped, down for %", "stopped, down %"],
  outage: ["down for %", "down %"],
  broker: ["away for %", "away %"],
  flood: ["flooding for %", "flooded for %"],
  scale: ["being scaled #", "scaled #"],
  rewind: ["reads again, #", "read again, #"],
  "plug in": ["plugged in", "plugged in"],
};

/**
 * Of several groups together an event counts once for each: these are deliveries, and said to be.
 * @param {Object<string, any>} report
 * @param {number} now server's time, ms
 * @param {boolean} stalled nothing is handled, though it reads on
 * @returns {{title: string, story: string, verdict: {words: string, tone: string, title?: string}[]}}
 *   tone: good, bad, again (an event that was written again has the same id, and harms nobody), or nothing
 */
export function told(report, now, stalled = false) {
  const title = `${who(report)} ${happened(report, now)}`;
  if (report.direct) return { title, ...toldOfDirect(report) };
  if (report.source) return { title, ...toldOfSource(report) };
  if (report.state === "down") {
    const growing = report.growth_per_second > 0.05 ? `, ${rate(report.growth_per_second)} more a second` : "";
    return { title, story: said(others(report), `${waiting(report)}${growing}`), verdict: [] };
  }
  if (report.state === "catching up") {
    return { title, story: said(others(report), begun(report)), verdict: [{ words: stalled ? "stalled" : "catching up", tone: "" }] };
  }
  const story = said(...wrote(report), others(report), most(report), back(report));
  return { title, story, verdict: verdict(report) };
}

const said = (...parts) => parts.filter(Boolean).join(", ");

/** The service, or of several instances those that it happened to. */
function who(report) {
  if (report.direct) return whoOfDirect(report);
  const { service, group, instances, more_instances: more } = report;
  if (!instances?.length) return service ?? group;
  if (instances.length < 3) return instances.join(" and ");
  return `${more ? "more than " : ""}${instances.length} of ${service}`;
}

/** What the other instances did meanwhile, where some went down and others did not. */
function others({ state, instances, of, went_on: on, taken_over_seconds: after }) {
  if (!instances?.length || on !== true) return "";
  const left = of - instances.length;
  const alone = left === 1;
  // Each of them may have been down once, one after the other.
  const rest = alone ? "the other one" : left > 1 ? `the other ${left}` : "others";
  // Who holds what is asked once a second: no tenth of one is known.
  const took = (after ?? null) === null ? ""
    : ` and took over ${instances.length > 1 ? "their" : "its"} work after ${whole(Math.round(after))}`;
  return `${rest} ${state !== "down" ? "went" : alone ? "goes" : "go"} on${took}`;
}

function happened({ kind, what, state, down_seconds: seconds, down_from_at: from, began_at }, now) {
  const began = from ?? began_at;
  const [lasting, over] = KINDS[kind] ?? KINDS.outage;
  const open = state === "down" && seconds === null;
  const long = open ? whole((now - began) / 1000) : length(seconds ?? (now - began) / 1000);
  return (open || (state !== "recovered" && kind === "rewind") ? lasting : over)
    .replace("%", long)
    .replace(/,? #$/, (found) => (what ? found.replace("#", particular(kind, what)) : ""));
}

/** "1 to 3 instances" of a scaling is told as "1 to 3". */
function particular(kind, what) {
  return kind === "scale" ? what.replace(/ instances?\b/, "") : what;
}

function waited({ lag_highest: highest, group }) {
  if (highest === null) return "what waits is not known";
  return `${counted(highest, group)} waiting`;
}

/** While it is open: what waits now, as the cards say, and how much it was at most. */
function waiting(report) {
  const { lag = null, lag_highest: highest, group } = report;
  if (lag === null) return highest === null ? waited(report) : `${waited(report)} at most`;
  return said(`${counted(lag, group)} waiting`, highest > lag ? `${count(highest)} at most` : "");
}

function counted(n, group) {
  return group === null ? several(n, "delivery").replace("deliverys", "deliveries") : count(n);
}

/** What there is to catch up with. */
function begun(report) {
  const again = report.read_again ?? null;
  if (report.kind !== "rewind" || again === null) return waiting(report);
  const { lag = null, group } = report;
  return said(`${count(again)} to read again`, lag === null ? "" : `${counted(lag, group)} waiting`);
}

/** A flood is told in events, each once; then in what came of them at the readers. */
function wrote({ kind, written = null, published, readers = null, group }) {
  if (kind !== "flood" || !published) return [];
  // Reports of before told no events apart from deliveries.
  if (written === null || readers === null) return [`${counted(published, group)} written`];
  return [`${count(written)} written`, ...(readers > 1 ? [`read ${readers} times`] : [])];
}

/** Of one that caught up with everything, how much that was is told there. */
function most(report) {
  const again = report.read_again ?? null;
  if (report.kind === "rewind" && again !== null) return `${count(again)} read again`;
  if (report.kind === "plug in" || report.lag_highest === null) return "";
  return report.kind === "rewind" ? waited(report) : `${waited(report)} at most`;
}

function back({ kind, group, catch_up_seconds: seconds, catch_up_rate: speed, handled }) {
  if (seconds === null) return "";
  if (kind === "plug in" && handled !== null) return `caught up with ${several(handled, "event")} in ${length(seconds)}`;
  if (seconds < AT_ONCE_SECONDS) return "caught up at once";
  const rated = speed !== null && seconds >= RATED_SECONDS;
  return `caught up in ${length(seconds)}${!rated ? "" : ` (${rate(speed)}${group === null ? " deliveries" : ""}/s)`}`;
}

function verdict(report) {
  const again = report.replayed ?? null;
  const partly = report.replayed_at_least ?? true;
  const words = again === null ? "written again: not known" : `${partly ? "\u2265" : ""}${count(again)} written again after the rewind`;
  const told = again || (again === null && report.kind === "rewind" && "replayed" in report);
  return [...ofLosses(report), ...(told ? [{ words, tone: again ? "again" : "" }] : [])];
}

/** Reports of before do not say whether all their duplicates could be seen. */
function ofLosses({ lost, duplicates, duplicates_at_least: atLeast = true }) {
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

/** @returns {Set<string>} the groups that are catching up, as their reports say, and get anywhere */
export function catchingUp(reports, stalled = new Set()) {
  const open = Object.values(reports).filter((report) => report.state === "catching up" && !stalled.has(report.group));
  return new Set(open.map((report) => report.group));
}
