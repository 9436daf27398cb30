// Which instance of a service holds which partition. Pure.

/** More partitions than this are drawn without their numbers. */
const NUMBERED_MOST = 12;
/** More than this are not drawn one by one. */
const CELLS_MOST = 48;

/**
 * @typedef {{key: string, number: number, title: string}} Cell
 * @typedef {{instance: string, short: string, state: string, cells: Cell[]|null}} Holder
 *   cells null: not known what it holds
 */

/** Whether there are several instances that share partitions. */
export const isCrew = (service) => service.instances.length > 1 && service.reads.length > 0;

/**
 * @param {Object<string, any>} service the entity
 * @param {Map<string, number|null>} partitions how many each topic has, by its name
 * @returns {{holders: Holder[], free: Cell[], numbered: boolean}|null} free: those that nobody
 *   holds, where that is known; null: there is nothing to tell apart
 */
export function holdings(service, partitions) {
  const { instances } = service;
  if (!isCrew(service)) return null;
  const several = service.reads.length > 1;
  const holders = instances.map(({ instance, state, partitions: held }) => ({
    instance,
    short: instance.replace(/^.*-(?=\d+$)/, ""),
    state,
    cells: held === null || held === undefined ? null : cells(held, several),
  }));
  const taken = holders.flatMap((holder) => holder.cells ?? []);
  if (taken.length > CELLS_MOST) return null;
  const free = holders.every((holder) => holder.cells !== null) ? unheld(service.reads, partitions, taken, several) : [];
  return { holders, free, numbered: taken.length + free.length <= NUMBERED_MOST };
}

function cells(held, several) {
  return Object.entries(held).flatMap(([topic, numbers]) =>
    numbers.map((number) => cell(topic, number, several)));
}

function cell(topic, number, several) {
  return { key: `${number}/${topic}`, number, title: several ? `${topic}, partition ${number}` : `partition ${number}` };
}

/** What a rebalance has taken from one and not yet given to another. */
function unheld(topics, partitions, taken, several) {
  const known = new Set(taken.map((one) => one.key));
  return topics.flatMap((topic) => {
    const count = Math.min(partitions.get(topic) ?? 0, CELLS_MOST);
    return Array.from({ length: count }, (_, number) => cell(topic, number, several)).filter((one) => !known.has(one.key));
  });
}
