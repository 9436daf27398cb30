// The warning before Kafka removes what a group has not read. Pure.

import { about } from "./words.js";

/** What is further off is no reason to hurry, s. */
const WARN_WITHIN = 86_400;

/**
 * @param {Object<string, any>} entity a service or a group
 * @returns {{short: string, whole: string}|null} null: nothing to warn of, as far as is known
 */
export function warning({ retention, retention_seconds: seconds, lag }) {
  if (retention !== "approaching" || seconds > WARN_WITHIN || lag === 0) return null;
  if (seconds === 0) return { short: "losing events", whole: "Unread events are being removed" };
  const left = about(seconds);
  return { short: `loss in ${left}`, whole: `About ${left} until unread events are removed` };
}
