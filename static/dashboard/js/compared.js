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

/** @returns {string|null} "15:56:03" where the log no longer had its beginning; null: it had */
export function cutAt(service) {
  return String(service?.facts?.["counted from"] ?? "").match(BEGINS)?.[1] ?? null;
}
