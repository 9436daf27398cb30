// What can be done to a service, each with one line that says what will happen. Pure.

import { clock, left, short } from "./words.js";

export const MOST_INSTANCES = 6;
const CRASH_SECONDS = 10;
const FLOOD_SECONDS = 5;
/** Our own Kafka lets go of a member that is silent for so long. */
const SESSION = "6 s";
/** States of an instance in which there is no process to kill or to freeze, as it is said. */
const DOWN = {
  crashed: "has crashed already",
  restarting: "is restarting",
  failed: "has failed, and is down",
  stopped: "is stopped",
};

/**
 * @typedef {{action: string, label: string, why: string|null}} Press why: why not, or null
 * @typedef {{id: string, label: string, does: string, presses: Press[],
 *   control: "slider"|"steps"|"places"|null}} Offer
 *   control: what stands beside or in place of the presses
 */

/**
 * @param {Object<string, any>} service the entity
 * @param {{ours: boolean, only: string|null, now: number, partitions: number|null}} about
 *   ours: Kafka is the demonstration's own; only: the one instance it is meant for; partitions: of
 *   what it reads
 * @returns {Offer[]} in the order in which they are told
 */
export function offers(service, about) {
  return all(service, about).map((offer) => ({ ...offer, does: offer.does.replace(/(\d) (m?s)\b/g, "$1\u00a0$2") }));
}

/**
 * Of several instances, which one a crash, a freeze or a thaw is meant for. One, as long as nobody
 * says otherwise: then others go on, and take over what it held.
 * @param {Object<string, any>} service
 * @param {string|null|undefined} picked what somebody chose: an instance, null for all of them
 * @returns {string|null} an instance; null: all there are
 */
export function aimed({ instances }, picked) {
  if (instances.length < 2 || picked === null) return null;
  const names = instances.map((one) => one.instance);
  return names.includes(picked) ? picked : names[names.length - 1];
}

/** What is in the way of doing it to that one instance, or null. */
const IN_THE_WAY = {
  crash: (state) => DOWN[state] ?? null,
  freeze: (state) => (state === "frozen" ? "is frozen already" : DOWN[state] ?? null),
  thaw: (state) => (state === "frozen" ? null : "is not frozen"),
};

function whyNot(service, action, only) {
  const why = service.actions[action] ?? null;
  if (why !== null || only === null || !IN_THE_WAY[action]) return why;
  const words = IN_THE_WAY[action](stateOf(service, only));
  return words && `${only} ${words}.`;
}

function stateOf({ instances }, only) {
  return instances.find((one) => one.instance === only)?.state;
}

/** What an instance is called beside its service: "quality-2" is "2". */
export function shortly(instance) {
  return instance.replace(/^.*-(?=\d+$)/, "");
}

/** "Crash", or of several: "Crash 2", "Crash all". */
function called(label, { instances }, only) {
  if (instances.length < 2) return label;
  return `${label} ${only === null ? "all" : shortly(only)}`;
}

function all(service, about) {
  const press = (action, label) => ({ action, label, why: service.actions[action] ?? null });
  const aim = (action, label) => ({
    action, label: called(label, service, about.only), why: whyNot(service, action, about.only),
  });
  const source = !service.reads.length;
  const minute = { action: "pause60", label: "Pause 60 s", why: service.actions.pause ?? null };
  return [
    { id: "pause60", label: "Pause", does: "It handles nothing for a minute, then goes on by itself.", presses: [minute], control: null },
    ...(source ? [{ id: "flood", label: "Flood", does: floods(service, about), presses: [press("flood", "Flood")], control: null }] : []),
    { id: "slow", label: "Slow", does: slows(service), presses: [press("slow", "Slow")], control: "slider" },
    { id: "scale", label: "Scale", does: scales(about), presses: [press("scale", "Scale")], control: "steps" },
    { id: "crash", label: "Crash", does: crashes(service, about), presses: [aim("crash", "Crash")], control: null },
    { id: "freeze", label: "Freeze", does: freezes(service, about), presses: [aim("freeze", "Freeze"), aim("thaw", "Thaw")], control: null },
    { id: "stop", label: "Stop", does: stops(service), presses: [press("stop", "Stop"), press("start", "Start")], control: null },
    { id: "rewind", label: "Read again", does: "From an earlier place on: a new pass in the ledger.", presses: [press("rewind", "Choose")], control: "places" },
  ];
}

/** Those that can be pressed now; where none can, the first, which says why not. */
export function pressable({ presses }) {
  const able = presses.filter((press) => press.why === null);
  return able.length ? able : presses.slice(0, 1);
}

/** Whether nothing of an offer can be pressed, and why. */
export function refused({ presses }) {
  return presses.every((press) => press.why !== null) ? presses[0].why : null;
}

function floods({ want }, { now }) {
  const until = want?.rate_until_at ?? null;
  if (want?.rate && until !== null) return `It gives all it can for ${left(until, now)} more.`;
  return `For ${FLOOD_SECONDS} s all that this machine can give. What is too much to look at is sampled.`;
}

function slows({ want }) {
  const ms = want?.ms_per_event ?? 0;
  if (!ms) return "Full speed. Drag it, and each event takes longer.";
  const each = 1000 / ms;
  return `At least ${short(ms)} for each: at most ${each < 10 ? each.toFixed(1).replace(/\.0$/, "") : Math.round(each)} a second.`;
}

function many(service, only) {
  return service.instances.length > 1 && only !== null;
}

function crashes(service, { ours, only }) {
  const after = ours ? SESSION : "its session timeout";
  if (!service.reads.length) return `Killed; down for ${CRASH_SECONDS} s. Nothing new is written meanwhile.`;
  const then = many(service, only) ? "others take its partitions" : "its events wait on the log";
  return `Killed; down for ${CRASH_SECONDS} s. Its group notices after ${after}, and ${then}.`;
}

function freezes(service, { ours, only }) {
  if (service.actions.thaw === null && whyNot(service, "thaw", only) === null) return "Alive, but it hears and says nothing. Thawed, it goes on with what it had in hand.";
  if (!service.reads.length) return "Alive, but it hears and says nothing until it is thawed.";
  const after = ours ? SESSION : "the session timeout";
  const then = many(service, only) ? "others take its partitions" : "its group lets it go";
  return `Alive, but still. After ${after} ${then}; it wakes with old work in hand.`;
}

function scales({ partitions }) {
  const shared = partitions === null ? "the partitions" : partitions === 1 ? "the 1 partition" : `the ${partitions} partitions`;
  return `Up to ${MOST_INSTANCES} instances share ${shared}; who gets none stands by.`;
}

function stops(service) {
  if (service.state === "stopped") return "Ended in order. Started, it goes on where it stopped.";
  if (service.actions.start === null) return "Started, it goes on where it was.";
  if (!service.reads.length) return "It finishes what it has in hand; down until it is started.";
  return "It finishes, commits and leaves its group; down until it is started.";
}

/**
 * Places on a timeline from the first event of the log to now.
 * @param {number} at the server's instant @param {number} now
 * @param {(at: number) => number} here
 */
export function placeWords(at, now, here) {
  return `${clock(here(at))}, ${left(now, at)} ago`;
}

/** Switches that only some services have, and what they are called. */
const SWITCHES = {
  dedupe: "Drop events it knows already",
  retries: "Try calls again that failed",
};

/**
 * @param {Object<string, any>} service
 * @returns {{name: string, label: string, on: boolean}[]} options of its own that are on or off
 */
export function switches(service) {
  const wanted = service.want?.options ?? {};
  return Object.entries(SWITCHES).flatMap(([name, label]) => {
    const told = wanted[name] ?? service.facts?.[name];
    return typeof told === "boolean" ? [{ name, label, on: told }] : [];
  });
}
