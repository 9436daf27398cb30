// Who makes room, and how much, where cards have grown into each other. Pure. It is told from where
// each belongs, so that all stand there again as soon as there is room.

import { GAP_Y, portOf } from "./layout.js";

/** So many times somebody makes room; who then still stands on others stays there. */
const STEPS_MOST = 200;
/** And so many boxes are looked at for it, in milliseconds: a step may look at each for each. */
const LOOKS_MOST = 1_000_000;
/** Where there are more, no step is quick: a cluster of thousands is tidied when somebody asks. */
const CARDS_MOST = 400;

/**
 * @typedef {import("./layout.js").Box & {kind: string}} Box
 * @typedef {Map<string, number>} Shifts how far down each is moved, px; up is negative
 */

/**
 * Of two that overlap, those above go up or those below go down, whichever are fewer; what is
 * written by one that goes, and stands in line with it, goes along.
 * @param {Map<string, Box>} homes where each belongs
 * @param {Set<string>} fixed these stay, on whatever they stand: somebody put them there
 * @param {{from: string, to: string}[]} lines
 * @returns {Shifts}
 */
export function aside(homes, fixed, lines) {
  const shifts = new Map();
  if (homes.size > CARDS_MOST) return shifts;
  const stuck = new Set();
  let looks = 0;
  const along = followers(homes, fixed, lines);
  for (let i = 0; i < STEPS_MOST && looks < LOOKS_MOST; i += 1) {
    const pair = overlap(moved(homes, shifts), stuck);
    if (!pair) break;
    const [above, below] = pair;
    const need = above.box.y + above.box.h + GAP_Y - below.box.y;
    const down = pushed(below.id, need, moved(homes, shifts), along, fixed);
    const up = pushed(above.id, -need, moved(homes, shifts), along, fixed);
    looks += homes.size * (1 + (down?.size ?? 1) + (up?.size ?? 1));
    const fewer = !down || (up && up.size < down.size) ? up : down;
    if (!fewer) stuck.add(`${above.id} ${below.id}`);
    for (const [id, dy] of fewer ?? []) shifts.set(id, (shifts.get(id) ?? 0) + dy);
  }
  return shifts;
}

function moved(homes, shifts) {
  return new Map([...homes].map(([id, box]) => [id, { ...box, y: box.y + (shifts.get(id) ?? 0) }]));
}

const inOneColumn = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w;

/** The first two that overlap, the upper one first. */
function overlap(boxes, stuck) {
  const all = [...boxes].map(([id, box]) => ({ id, box })).sort((a, b) => a.box.y - b.box.y);
  for (let i = 0; i < all.length; i += 1) {
    for (let j = i + 1; j < all.length && all[j].box.y < all[i].box.y + all[i].box.h; j += 1) {
      if (inOneColumn(all[i].box, all[j].box) && !stuck.has(`${all[i].id} ${all[j].id}`)) return [all[i], all[j]];
    }
  }
  return null;
}

/**
 * What all moves when one goes `dy` down, or up: who is in its way, and what goes along.
 * @returns {Shifts|null} null: one of them is fixed
 */
function pushed(first, dy, boxes, along, fixed) {
  const shifts = new Map([[first, dy]]);
  const waiting = [first];
  while (waiting.length) {
    const id = waiting.shift();
    if (fixed.has(id)) return null;
    const [box, by] = [boxes.get(id), shifts.get(id)];
    for (const [other, least] of [...along.get(id).map((one) => [one, by]), ...inTheWay(id, box, by, boxes)]) {
      if (Math.abs(shifts.get(other) ?? 0) >= Math.abs(least)) continue;
      shifts.set(other, least);
      waiting.push(other);
    }
  }
  return shifts;
}

/** Those on the side to which a box moves, each with how far it has to go. */
function inTheWay(id, box, by, boxes) {
  const found = [];
  for (const [other, its] of boxes) {
    const gap = by > 0 ? its.y - box.y - box.h : box.y - its.y - its.h;
    const middle = its.y + its.h / 2 - box.y - box.h / 2;
    if (other === id || !inOneColumn(box, its) || middle * by <= 0) continue;
    // Who stood nearer than usual, and did not overlap, may stand as near again.
    const go = Math.abs(by) - gap + (gap < 0 ? GAP_Y : Math.min(GAP_Y, gap));
    if (go > 0) found.push([other, Math.sign(by) * go]);
  }
  return found;
}

/** Of each node those that it alone leads to, in one straight line. */
function followers(homes, fixed, lines) {
  const found = new Map([...homes.keys()].map((id) => [id, []]));
  const sources = new Map();
  for (const { from, to } of lines) sources.set(to, (sources.get(to) ?? new Set()).add(from));
  const line = (box) => box.y + portOf(box);
  for (const [id, from] of sources) {
    const [only] = from;
    const [box, its] = [homes.get(id), homes.get(only)];
    if (from.size > 1 || !box || !its || id === only || fixed.has(id)) continue;
    if (Math.abs(line(box) - line(its)) <= 1 && !inOneColumn(box, its)) found.get(only).push(id);
  }
  return found;
}
