// The line of direct calls beside the line over the log: which services are its, who calls whom,
// and what the comparison says. Pure.

import { UNKNOWN, clock, count, rate } from "./words.js";

/** Whether a service belongs to the line of direct calls: it has a place of its own. */
export const isTwin = (service) => (service.twin_of ?? null) !== null;

/** Whether it waits for somebody to ask for it: it is no service that is not running. */
export const isOff = (service) =>
  service.on_request === true && (service.state === "stopped" || service.ever_started === false);

/** Whether the line of direct calls is switched on: some process of it is there. */
export const isOn = ({ services }) => Object.values(services).some((one) => isTwin(one) && !isOff(one));

/**
 * The services of the line of direct calls in the order in which they call each other.
 * @param {import("./decoder.js").Picture} picture
 * @returns {{id: string, service: Object<string, any>, call: Object<string, any>|null}[]}
 *   call: the edge to the next one of the list; null where it does not call that one
 */
export function chainOf(picture) {
  const twins = new Map(Object.entries(picture.services).filter(([, one]) => isTwin(one)));
  const byName = new Map([...twins].map(([id, one]) => [one.name, id]));
  const called = new Set([...twins.values()].flatMap((one) => one.calls ?? []));
  const order = [];
  const walk = (id) => {
    if (order.includes(id)) return;
    order.push(id);
    for (const name of twins.get(id).calls ?? []) if (byName.has(name)) walk(byName.get(name));
  };
  for (const [id, one] of twins) if (!called.has(one.name)) walk(id);
  for (const id of twins.keys()) walk(id);
  return order.map((id, i) => ({
    id, service: twins.get(id), call: picture.edges[`c:${id}>${order[i + 1]}`] ?? null,
  }));
}

/**
 * What is drawn between two services that call each other.
 * @param {boolean} known false: Kafka is away, and nobody hears what came of the newest calls
 * @returns {{kind: "answered"|"failing"|"unknown", words: string, title: string}}
 */
export function callLook(edge, known = true) {
  if (edge.failing === null || !known) return { kind: "unknown", words: "", title: "Whether it is answered is not known" };
  const done = edge.calls - edge.failed;
  const title = `${count(done)} answered, ${count(edge.refused)} refused, ${count(edge.timed_out)} timed out; `
    + `${count(edge.retried)} further tries`;
  const words = (edge.reason ?? "fails").replace(/(\d) (m?s)\b/g, "$1\u00a0$2");
  if (edge.failing) return { kind: "failing", words, title };
  return { kind: "answered", words: edge.rate === null ? "" : `${rate(edge.rate)} calls/s`, title };
}

/** The names of the numbers that are compared, in the order in which they stand. */
export const MEASURES = [
  ["per_second", "parts a second"],
  ["finished", "labels printed"],
  ["failed", "refused or timed out"],
  ["seconds_each", "seconds a part"],
];

/** What the numbers of the two lines do not have in common. */
export const NOTES = {
  finished: "Over the log a label waits for no other service: who is paused comes to the part later",
  seconds_each: "From scan to label, of the parts finished in the last 10 s; while a line is halted there are none",
};

/**
 * One line of the comparison, in words.
 * @param {Object<string, any>} line
 * @returns {{state: {tone: string, glyph: string, word: string}, cells: Object<string, string>,
 *   failing: boolean, title: string, slow: string}} slow: why there are no seconds
 */
export function told(line) {
  const both = line.refused === null || line.timed_out === null;
  const failed = both ? null : line.refused + line.timed_out;
  return {
    state: stateOf(line),
    cells: {
      per_second: rate(line.per_second),
      finished: count(line.finished),
      failed: count(failed),
      seconds_each: line.seconds_each === null ? UNKNOWN : line.seconds_each.toFixed(line.seconds_each < 10 ? 2 : 1),
    },
    failing: (failed ?? 0) > 0,
    slow: line.halted && line.seconds_each === null ? "No part came to its end in the last 10 s" : "",
    title: both ? "" : `${count(line.refused)} refused, ${count(line.timed_out)} timed out`,
  };
}

function stateOf(line) {
  // The line over the log moves all the while that the other one starts.
  if (line.halted === null && line.since_at === null) return { tone: "pausing", glyph: "dots", word: "starting" };
  if (line.halted === null) return { tone: "unknown", glyph: "ring", word: "not known" };
  if (line.halted) return { tone: "down", glyph: "cross", word: "halted" };
  return { tone: "running", glyph: "play", word: "moves" };
}

/** @param {number|null} at server's instant @param {(at: number) => number} here */
export function since(at, here) {
  return at === null ? "" : `since ${clock(here(at))}`;
}

/**
 * The switch of the further tries: whom it is asked of, and how it stands.
 * @returns {{service: string, on: boolean, why: string|null}|null} null without a caller
 */
export function retries(chain) {
  const source = chain.find(({ service }) => service.calls?.length)?.service;
  if (!source) return null;
  return {
    service: source.name,
    on: source.want?.options?.retries !== false,
    why: source.actions.options ?? null,
  };
}
