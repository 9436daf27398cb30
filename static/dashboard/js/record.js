// One record as the API gives it, in words. Pure.

import { clock, count } from "./words.js";

/** So many characters of a payload are shown; the rest is one link away. */
const PAYLOAD_MOST = 20_000;

const FORMS = { json: "JSON", text: "text", bytes: "bytes, in hexadecimal", none: "" };

/**
 * @param {Object<string, any>} record of GET /api/topics/{topic}/events/{partition}/{offset}
 * @param {(at: number) => number} here the cluster's instants to this machine's
 * @returns {{facts: [string, string|null][], headers: [string, string|null][], payload: string,
 *   about: string, notes: string[]}} null: there is none; about: what the payload is
 */
export function told(record, here = (at) => at) {
  const text = record.text ?? "";
  const payload = text.slice(0, PAYLOAD_MOST);
  const size = `${count(record.size)} ${record.size === 1 ? "byte" : "bytes"}`;
  const about = record.form === "none" ? "no value" : [FORMS[record.form], size].filter(Boolean).join(", ");
  const cut = text.length > PAYLOAD_MOST ? [`the first ${count(PAYLOAD_MOST)} characters`] : [];
  return {
    facts: [
      ["key", record.key],
      ["partition, offset", `${record.partition}, ${record.offset}`],
      ["time", record.at === null ? null : clock(here(record.at))],
    ],
    headers: record.headers,
    payload,
    about,
    notes: [...record.notes, ...cut],
  };
}

/**
 * Why there is no record to see, as a sentence.
 * @param {number} status of HTTP; 0: no answer at all
 * @param {any} problem the problem details, where there are some
 * @param {string} what was asked for
 */
export function refusal(status, problem, what = "this event") {
  if (problem?.detail) return String(problem.detail);
  if (status === 0) return "The server does not answer; try again when the page is live.";
  return `The server did not give ${what} (${status}).`;
}
