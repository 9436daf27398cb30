// Who says that it runs, and gets nowhere: it handles nothing while events wait. Pure.

/** It takes a moment until the first event is handled and committed after a start or a resume, ms. */
export const AT_FIRST_MS = 5000;

/**
 * @param {Object<string, any>|undefined} service the entity
 * @param {Object<string, any>|null|undefined} group one that it reads as
 * @param {number} now server's time, ms
 */
export function stalls(service, group, now) {
  if (service?.state !== "running" || service.as_of_at !== null || group?.health !== "stalled") return false;
  return now - (service.since_at ?? now) >= AT_FIRST_MS;
}

/** @returns {Set<string>} the groups whose services stall */
export function stalledGroups(groups, services, now) {
  const byName = new Map(Object.values(services).map((one) => [one.name, one]));
  return new Set(groups.filter((group) => stalls(byName.get(group.service), group, now)).map((group) => group.name));
}
