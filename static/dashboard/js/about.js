// What a service and its instances say of themselves, in words. Pure.

import { switches } from "./acts.js";
import { cutAt } from "./compared.js";
import { count, length, several } from "./words.js";

/** More numbers than this are told as how many. */
const NUMBERS_MOST = 12;

/**
 * @param {Object<string, any>} service the entity
 *   what is drawn as a switch is not said again
 * @returns {[string, string|null][]} names and values; null: not known
 */
export function facts(service) {
  const shown = new Set(switches(service).map((one) => one.name));
  const failed = service.failed ? [["tries that failed", count(service.failed)]] : [];
  const told = Object.entries(service.facts ?? {}).filter(([name]) => !shown.has(name)).sort(inOrder);
  return [...failed, ...told.map(([name, value]) => [name, fact(value)])];
}

/** What is told in words first, then by name: services tell counts in the order of their first. */
function inOrder([name, value], [other, its]) {
  const worded = (one) => (typeof one === "string" ? 0 : 1);
  return worded(value) - worded(its) || name.localeCompare(other, "en", { numeric: true });
}

/** A fact of this name is worth a line on the card itself: "caught up with 12 340 events in 3.2 s". */
const ON_THE_CARD = /^caught up\b/;

/**
 * @returns {string} how it caught up when it was plugged in, by the one measure there is of that;
 *   else what a service wants to have read on its card; "" where it is nothing
 */
export function boast(service) {
  const caught = service.caught_up ?? null;
  const from = cutAt(service);
  if (caught && from !== null) return `${several(caught.events, "event")} in ${length(caught.seconds)}, from ${from}`;
  if (caught) return `caught up with ${several(caught.events, "event")} in ${length(caught.seconds)}`;
  const found = facts(service).find(([name, value]) => ON_THE_CARD.test(name) && value !== null);
  return found ? found.join(" ") : "";
}

function fact(value) {
  if (value === null || value === undefined) return null;
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? count(value) : String(value);
}

/** Whose facts these are: of several instances those of the first are shown. */
export function factsOf(service) {
  return service.instances.length > 1 ? `as ${service.instances[0].instance} says` : "";
}

/**
 * The small print of an instance: what it does, where it is, which partitions are its own.
 * @returns {string[]}
 */
export function instanceWords(instance) {
  const words = [];
  if (instance.reason) words.push(instance.reason);
  else if (instance.handling_for) words.push(`one event for ${instance.handling_for} s`);
  if (instance.group === "left") words.push("left the group");
  if (instance.attempts) words.push(`ended ${several(instance.attempts, "time")} unasked`);
  const held = partitionWords(instance.partitions ?? null);
  if (held) words.push(held);
  if (instance.pid !== null) words.push(`pid ${instance.pid}`);
  return words;
}

/** "partitions 0, 2" of one topic, "parts 0, 2; orders 1" of several; "" where it is not known. */
function partitionWords(partitions) {
  if (partitions === null) return "";
  const topics = Object.entries(partitions).filter(([, numbers]) => numbers.length);
  if (!topics.length) return "no partitions";
  const listed = (numbers) => (numbers.length > NUMBERS_MOST ? `${numbers.length} of them` : numbers.join(", "));
  if (topics.length > 1) return topics.map(([topic, numbers]) => `${topic} ${listed(numbers)}`).join("; ");
  const [[, numbers]] = topics;
  return `${numbers.length === 1 ? "partition" : "partitions"} ${listed(numbers)}`;
}
