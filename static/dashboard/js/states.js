// What a state looks like and what is said beside it. Pure. A state is glyph + word + colour,
// never colour alone; every word is the server's own.

import { EQUAL, comparable, compared } from "./compared.js";
import { ofSource } from "./explains.js";
import { clock, left, short } from "./words.js";

/** state -> tone (a family of colours) and glyph */
const LOOKS = {
  running: ["running", "play"],
  reading: ["running", "play"],
  paused: ["paused", "pause"],
  pausing: ["pausing", "half"],
  resuming: ["pausing", "half"],
  starting: ["pausing", "dots"],
  rebalancing: ["pausing", "dots"],
  slow: ["slow", "hourglass"],
  stalled: ["slow", "hourglass"],
  crashed: ["down", "cross"],
  restarting: ["down", "cross"],
  failed: ["down", "cross"],
  frozen: ["frozen", "snow"],
  stopped: ["stopped", "square"],
  "no members": ["stopped", "square"],
  unknown: ["unknown", "ring"],
  "another kind": ["unknown", "ring"],
};

/** Worst first: the order of the pills in the header. */
export const ORDER = [
  "failed", "crashed", "restarting", "frozen", "unknown", "no members", "stopped", "paused",
  "pausing", "resuming", "starting", "rebalancing", "slow", "reading", "running", "another kind",
];

/**
 * @param {string} state
 * @param {boolean} alarming a group without members that still has events waiting
 * @param {boolean} past it was so when that could last be seen, and looks like nothing known
 * @returns {{tone: string, glyph: string, word: string}}
 */
export function look(state, alarming = false, past = false) {
  const [tone, glyph] = past ? LOOKS.unknown : LOOKS[state] ?? LOOKS.unknown;
  if (alarming && !past && state === "no members") return { tone: "down", glyph: "cross", word: state };
  return { tone, glyph, word: state };
}

/**
 * The few words beside a service's state: a countdown, why, how many of how many.
 * @param {Object<string, any>} service the entity
 * @param {number} now server's time, ms
 * @param {(at: number) => number} here server's instants to this machine's
 * @param {Object<string, any>|null} group the first of its groups, where one is known
 * @returns {{text: string, ticks: boolean, brief?: string}} ticks: it changes by itself as time
 *   passes; brief: as a card has room for
 */
export function detail(service, now, here = (at) => at, group = null) {
  if (service.as_of_at !== null) {
    return { text: `as of ${clock(here(service.as_of_at))}`, ticks: false };
  }
  const until = service.want?.until_at ?? null;
  if (until !== null && (service.state === "paused" || service.state === "pausing")) {
    return { text: `resumes in ${left(until, now)}`, ticks: true };
  }
  const back = service.instances.map((one) => one.restart_at).find((at) => at !== null) ?? null;
  if (back !== null && (service.state === "restarting" || service.state === "crashed")) {
    return { text: `back in ${left(back, now)}`, ticks: true };
  }
  const words = [];
  if (service.of > 1) words.push(crew(service));
  if (service.reason) words.push(service.reason);
  else if (service.state === "slow" && service.want?.ms_per_event) {
    words.push(`${short(service.want.ms_per_event)} each`);
  }
  if (!words.length) {
    return ofSource(service, now) ?? { text: proof(service, group), ticks: false };
  }
  const brief = words.map((one) => one.replace(/^(cannot write|waits to write) to .*/, "$1"));
  return { text: words.join(", "), ticks: false, brief: brief.join(", ") };
}

/** A difference is one however far it has read. */
function proof(service, group) {
  const short = compared(service)?.short ?? "";
  return short !== EQUAL || comparable(service, group) ? short : "";
}

/** Of several instances that are not alike, how many are in the state that is shown: the worst. */
export function titled(service) {
  const found = service.in_state ?? service.of;
  return service.of > 1 && found < service.of ? `${found} of ${service.of} ${service.state}` : service.state;
}

/** How many of several do what they should, where not all are alike. */
function crew({ instances, of }) {
  const states = instances.map((one) => (one.state === "slow" ? "running" : one.state));
  if (new Set(states).size === 1) return `${of} instances`;
  return `${states.filter((state) => state === "running").length} running`;
}

const RESUMABLE = new Set(["paused", "pausing"]);
const STARTABLE = new Set(["stopped", "failed", "crashed"]);

/** A service that nobody can ask: it was only seen to read or write. */
const observed = (service) => service.kit === false && service.declared === false;

/** While all is started over nothing can be asked, as the header says: no card says it once more. */
function busy({ actions }) {
  const whys = Object.values(actions);
  return whys.length > 1 && whys[0] !== null && whys.every((why) => why === whys[0]);
}

/**
 * Which buttons a service has now, and why one cannot be pressed. One that nobody can ask has none:
 * its state says why, and a button that never works would say it a second time.
 * @returns {{action: string, label: string, why: string|null, strong: boolean}[]}
 */
export function buttons(service, mayAct) {
  if (observed(service) || (mayAct && busy(service))) return [];
  const why = (action) => (mayAct ? service.actions[action] ?? null : "this page only looks");
  // Of several instances those that run can still be paused.
  if (STARTABLE.has(service.state) && !service.up && why("start") === null) {
    return [{ action: "start", label: "Start", why: null, strong: true }];
  }
  if (service.state === "frozen" && service.of === 1 && why("thaw") === null) {
    return [{ action: "thaw", label: "Thaw", why: null, strong: true }];
  }
  const wantsPause = service.want?.mode === "paused";
  if (RESUMABLE.has(service.state) || (wantsPause && service.state !== "resuming")) {
    return [{ action: "resume", label: "Resume", why: why("resume"), strong: true }];
  }
  const pause = { action: "pause", label: "Pause", why: why("pause"), strong: false };
  if (pause.why !== null) return [pause];
  return [pause, { action: "pause60", label: "60 s", why: null, strong: false }];
}
