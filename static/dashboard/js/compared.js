// What a service that was plugged in late says of itself: whether it knows the same as one that was
// there all along, and from when on. Pure.

const COMPARED = /^compared with (.+)$/;
const BEGINS = /(\d\d:\d\d:\d\d), where the log begins$/;

/** On a card, in short. */
export const EQUAL = "counts equal";
const DIFFER = "counts differ";

/**
 * @param {Object<string, any>|undefined} service
 * @returns {{short: string, whole: string}|null} short: "counts equal", for a card; whole: and at
 *   how many parts, or what differs
 */
export function compared(service) {
  for (const [name, value] of Object.entries(service?.facts ?? {})) {
    const other = name.match(COMPARED)?.[1];
    if (other === undefined || typeof value !== "string") continue;
    const equal = value.startsWith("equal");
    const whole = equal ? value.replace(/^equal,?/, `equal to ${other}`) : value;
    return { short: equal ? EQUAL : DIFFER, whole };
  }
  return null;
}

/** Behind by less than this one reads along: so much a busy machine has it lag now and then. */
const READS_ALONG = 100;

/**
 * Of the first few both have counted the same as soon as the late one has read them: that says
 * nothing until it has caught up.
 * @param {Object<string, any>} service
 * @param {Object<string, any>|null} group the first of its groups
 */
export function comparable(service, group) {
  if (group === null || group.drain === "caught up") return true;
  return (service.caught_up ?? null) !== null && (group.lag ?? 0) < READS_ALONG;
}

/** @returns {string|null} "15:56:03" where the log no longer had its beginning; null: it had */
export function cutAt(service) {
  return String(service?.facts?.["counted from"] ?? "").match(BEGINS)?.[1] ?? null;
}
