// Flows that have nothing to do with each other, side by side as a stage has room for them. Pure.

/** The stage of a projector beside the side panel: what is placed is the same on every screen. */
const STAGE = { w: 1392, h: 780 };
/** Between flows beside each other, and above each other, px. */
const BESIDE = 64;
const ABOVE = 20;

/**
 * @template {{id: string}} N
 * @param {N[]} nodes @param {{from: string, to: string}[]} edges between these
 * @returns {N[][]} those that hang together, each in the order in which they were given
 */
export function flows(nodes, edges) {
  const beside = new Map(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) {
    beside.get(from).push(to);
    beside.get(to).push(from);
  }
  const flow = new Map();
  for (const { id } of nodes) {
    const waiting = flow.has(id) ? [] : [id];
    while (waiting.length) {
      const one = waiting.pop();
      if (flow.has(one)) continue;
      flow.set(one, id);
      waiting.push(...beside.get(one));
    }
  }
  const found = new Map();
  for (const node of nodes) found.set(flow.get(node.id), [...(found.get(flow.get(node.id)) ?? []), node]);
  return [...found.values()];
}

/**
 * One below the other, in as many lanes beside each other as make the whole largest on a stage.
 * @param {import("./layout.js").Box[]} boxes what each flow takes
 * @returns {{x: number, y: number}[]} how far each has to move
 */
export function inLanes(boxes) {
  let best = null;
  for (let lanes = 1; lanes <= boxes.length; lanes += 1) {
    const made = laned(boxes, lanes);
    const scale = Math.min(STAGE.w / made.w, STAGE.h / made.h);
    if (best && made.w > 2 * STAGE.w) break;
    if (!best || scale > best.scale) best = { scale, moves: made.moves };
  }
  return best?.moves ?? [];
}

function laned(boxes, lanes) {
  const least = Math.max(...boxes.map(({ h }) => h));
  const share = Math.max(least, (boxes.reduce((sum, { h }) => sum + h + ABOVE, 0) - ABOVE) / lanes);
  let [x, y, wide, high] = [0, 0, 0, 0];
  const moves = boxes.map((box) => {
    // Half of it beyond the share is nearer than all of it missing.
    if (y > 0 && y + box.h / 2 > share) [x, y, wide] = [x + wide + BESIDE, 0, 0];
    const move = { x: x - box.x, y: y - box.y };
    y += box.h + ABOVE;
    wide = Math.max(wide, box.w);
    high = Math.max(high, y - ABOVE);
    return move;
  });
  return { moves, w: x + wide, h: high };
}
