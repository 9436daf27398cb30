// The flow as a phone lists it: one node below the other, with rails beside them. Pure.

/**
 * Nodes as a phone lists them: along the flow in the picture's own order, branches one step in,
 * wherever they stand on wider pages.
 * @param {string[]} ids
 * @param {{from: string, to: string}[]} edges
 * @returns {{id: string, step: number, parent: string|null}[]} parent: of a branch
 */
export function inFlowOrder(ids, edges) {
  const index = new Map(ids.map((id, i) => [id, i]));
  const children = new Map();
  for (const { from, to } of edges) {
    if (!index.has(from) || !index.has(to) || from === to) continue;
    children.set(from, (children.get(from) ?? new Set()).add(to));
  }
  const hasParent = new Set([...children.values()].flatMap((to) => [...to]));
  const sources = new Map(ids.map((id) => [id, []]));
  for (const [from, to] of children) {
    if (!hasParent.has(from)) for (const id of to) sources.get(id).push(from);
  }
  const order = [];
  const seen = new Set();
  const walk = (id, step, parent) => {
    if (seen.has(id)) return;
    seen.add(id);
    // All that write to a topic and read nothing stand above it.
    for (const source of sources.get(id).filter((one) => !seen.has(one) && children.get(one).size === 1)) {
      seen.add(source);
      order.push({ id: source, step: Math.min(step, 3), parent: null });
    }
    order.push({ id, step: Math.min(step, 3), parent });
    const next = [...(children.get(id) ?? [])].sort((a, b) => index.get(a) - index.get(b));
    const branches = next.length > 1;
    for (const child of next) walk(child, step + (branches ? 1 : 0), branches ? id : null);
  };
  for (const id of ids) if (!hasParent.has(id)) walk(id, 0, null);
  for (const id of ids) walk(id, 0, null);
  return order;
}

/**
 * The rails that run past each node of such a list, on to a later branch of the same parent: how
 * many steps to the left each is, nearest first.
 * @param {{step: number, parent: string|null}[]} order
 * @returns {number[][]}
 */
export function railsOf(order) {
  const last = new Map(order.map(({ parent }, i) => [parent, i]));
  const open = new Map();
  return order.map(({ step, parent }, i) => {
    if (parent !== null) open.set(parent, step);
    if (last.get(parent) === i) open.delete(parent);
    return [...new Set([...open.values()].map((at) => step - at))].sort((a, b) => a - b);
  });
}
