// In which order the recoveries stand: the newest first, and what one press did to both lines
// together, the line over the log above. Pure.

/** One press goes to a service and to its double: their reports begin within so long. */
const ONE_PRESS_MS = 5000;

/**
 * @param {Object<string, any>} reports
 * @param {Iterable<Object<string, any>>} services
 * @returns {{report: Object<string, any>, beside: boolean}[]} beside: it is of the direct line, and
 *   the one before it tells what the same press did to the line over the log
 */
export function inOrder(reports, services) {
  const original = new Map([...services].map((one) => [one.name, one.twin_of ?? null]));
  const newest = Object.values(reports).sort((a, b) => b.began_at - a.began_at);
  const below = new Map();
  for (const direct of newest.filter((one) => one.direct)) {
    const names = new Set((direct.services ?? []).map((name) => original.get(name)));
    const apart = (one) => Math.abs(one.began_at - direct.began_at);
    const [over] = newest
      .filter((one) => !one.direct && one.kind === direct.kind && names.has(one.service))
      .filter((one) => apart(one) <= ONE_PRESS_MS && !below.has(one))
      .sort((a, b) => apart(a) - apart(b));
    if (over) below.set(over, direct);
  }
  const second = new Set(below.values());
  return newest.filter((one) => !second.has(one)).flatMap((report) => {
    const direct = below.get(report);
    return [{ report, beside: false }, ...(direct ? [{ report: direct, beside: true }] : [])];
  });
}
