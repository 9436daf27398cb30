// Which edges decide in what column a node stands. Pure.

/**
 * Those that read and write nothing and have a topic of an earlier column stand beside that one,
 * where they would otherwise open a column of their own at the end: a wider picture is a smaller
 * one. The edge from the later topic then turns back to them (routing.js).
 * @template {{from: string, to: string}} E
 * @param {string[]} ids @param {E[]} edges
 * @returns {E[]} without the edges that decide nothing
 */
export function deciding(ids, edges) {
  const known = new Set(ids);
  const lines = edges.filter(({ from, to }) => from !== to && known.has(from) && known.has(to));
  const writers = new Set(lines.map(({ from }) => from));
  const depth = depths(ids, lines);
  const parents = new Map();
  for (const { from, to } of lines) parents.set(to, [...(parents.get(to) ?? []), depth.get(from)]);
  const ends = [...parents].filter(([id, from]) => !writers.has(id) && Math.min(...from) < Math.max(...from));
  const asked = new Set(ends.map(([id]) => id));
  const last = Math.max(0, ...ids.filter((id) => !asked.has(id)).map((id) => depth.get(id)));
  const first = new Map(ends.filter(([, from]) => Math.max(...from) >= last).map(([id, from]) => [id, Math.min(...from)]));
  return lines.filter(({ from, to }) => !first.has(to) || depth.get(from) === first.get(to));
}

/** How many steps each is from where the flow begins, by the longest way that visits nobody twice. */
function depths(ids, lines) {
  const children = new Map();
  const waiting = new Map(ids.map((id) => [id, 0]));
  for (const { from, to } of lines) {
    children.set(from, [...(children.get(from) ?? []), to]);
    waiting.set(to, waiting.get(to) + 1);
  }
  const depth = new Map(ids.map((id) => [id, 0]));
  const free = ids.filter((id) => waiting.get(id) === 0);
  // What goes round in circles is never free: it counts as if the flow began there.
  while (free.length) {
    const id = free.pop();
    for (const to of children.get(id) ?? []) {
      depth.set(to, Math.max(depth.get(to), depth.get(id) + 1));
      waiting.set(to, waiting.get(to) - 1);
      if (waiting.get(to) === 0) free.push(to);
    }
  }
  return depth;
}
