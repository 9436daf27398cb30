// A picture that is not of now: the line to the server is cut. Pure. What it shows was so when it
// was heard last; nothing of it may look as if it were known to be so still.

import { current } from "./honesty.js";

/** Of an open report of the direct line: how many parts there are by now. */
const NO_PARTS = { finished: null, refused: null, timed_out: null };

/** @param {import("./line.js").LineState} state */
export function isCut({ kind }) {
  return kind === "reconnecting" || kind === "silent";
}

/**
 * Since when nothing is known of what waits; null: it is known.
 * @param {Object<string, any>} cluster
 * @param {number|null} cutAt server's instant since when it is not heard; null: it is
 */
export function knownUntil(cluster, cutAt) {
  if (!current(cluster)) return cluster.as_of_at ?? cutAt;
  return cutAt;
}

/** The newest instant of which anything was heard: nothing is counted on beyond it. */
export function heardUntil(now, cutAt) {
  return cutAt === null ? now : Math.min(now, cutAt);
}

/**
 * @param {import("./decoder.js").Picture} picture
 * @param {number|null} cutAt null: it is heard, and stays as it is
 * @returns {import("./decoder.js").Picture}
 */
export function unheard(picture, cutAt) {
  if (cutAt === null) return picture;
  const { cluster, services, lines, reports } = picture;
  return {
    ...picture,
    cluster: { ...cluster, reachable: null, as_of_at: knownUntil(cluster, cutAt) },
    services: each(services, (one) => ({ ...one, as_of_at: one.as_of_at ?? cutAt })),
    reports: each(reports, (one) => ({ ...one, lag: null, ...(one.direct && one.state !== "recovered" && NO_PARTS) })),
    lines: each(lines, (one) => ({ ...one, per_second: null, halted: null, seconds_each: null })),
  };
}

/** A group as of a while ago: how it stands now is not known. */
export function unknown(group) {
  return { ...group, lag: null, at_least: false, drain: null, health: null };
}

function each(map, change) {
  return Object.fromEntries(Object.entries(map).map(([id, one]) => [id, change(one)]));
}
