// What a card says in one line of what was done to its service, where it happens. Pure.

import { left } from "./words.js";

/** A source that is wished so many is wished all that its machine can give. */
const FLOOD_PER_SECOND = 100_000;

/** Of a reader none of whose instances works. */
const READERS = {
  stopped: "nothing runs; its events wait",
  crashed: "killed; its events wait",
};
/** Of a source; its card is narrow. */
const SOURCES = {
  stopped: "nothing of it runs",
  crashed: "killed",
  frozen: "alive, but still",
  paused: "writes nothing",
};

/**
 * @param {Object<string, any>} service that reads
 * @param {Object<string, any>|null} group the first of its groups
 * @returns {string} one line of a card, so short; "" where nothing was done to it
 */
export function explains(service, group) {
  if (service.as_of_at !== null) return "";
  const all = service.instances.every((one) => one.state === service.state);
  if (all && service.state === "frozen") {
    return service.instances.every((one) => one.group === "left")
      ? "alive, yet gone from its group"
      : "alive, but it hears nothing";
  }
  if (all && READERS[service.state]) return READERS[service.state];
  const again = group?.health === "rewound" && (group.passes ?? 1) > 1;
  return again ? `reads again: pass ${group.passes}` : "";
}

/**
 * @param {Object<string, any>} service
 * @param {number} now server's time, ms
 * @returns {{text: string, ticks: boolean}|null} null for one that reads, or where there is nothing
 */
export function ofSource(service, now) {
  if (service.reads?.length !== 0) return null;
  const { rate = null, rate_until_at: until = null } = service.want ?? {};
  if (service.state === "running" && rate >= FLOOD_PER_SECOND && until !== null && until > now) {
    return { text: `all it can, ${left(until, now)} more`, ticks: true };
  }
  const text = SOURCES[service.state];
  return text ? { text, ticks: false } : null;
}
