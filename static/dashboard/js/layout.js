// Where nodes stand. d3-dag places an empty canvas or an explicit "Tidy up"; after that nobody
// moves, and a new node finds a free place by itself.

import {
  coordCenter, coordGreedy, coordSimplex, decrossTwoLayer, graphStratify, layeringLongestPath,
  layeringSimplex, sugiyama,
} from "../../vendor/d3-dag-1.2.2/d3-dag.esm.min.js";
import { deciding } from "./columns.js";
import { flows, inLanes } from "./lanes.js";

/**
 * Between cards above each other, and between columns, px. Four readers above each other, and four
 * columns, fit a projector beside the side panel and above the line of direct calls; where there
 * is more room, all of it grows.
 */
export const GAP_Y = 20;
const GAP_X = 64;
/** Beyond so many nodes simplex coordinates take too long. */
const SIMPLEX_MOST = 60;
/**
 * Beyond so many nodes, or edges, what is left out takes a minute and more, in which the page hears
 * and shows nothing: untangling took 80 s with 540 nodes and 1,840 edges. One that large is told
 * by its columns, whose order stays the picture's own.
 */
const LARGE_NODES = 150;
const LARGE_EDGES = 600;

/**
 * @typedef {{x: number, y: number}} Point
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 */

/** A belt's lines come in at its strip, a card's at its middle, however high the card grows. */
const BELT_PORT = 110;
const CARD_PORT = 80;

/** @returns {number} how far below its upper side a node's lines come in, px */
export function portOf({ kind, h }) {
  if (kind === "belt") return Math.min(BELT_PORT, h / 2);
  return kind === "service" ? Math.min(CARD_PORT, h / 2) : h / 2;
}

/**
 * Every node placed anew, in columns from left to right along the flow; flows that have nothing to
 * do with each other stand side by side where there is room.
 * @param {{id: string, w: number, h: number}[]} nodes
 * @param {{from: string, to: string}[]} edges
 * @returns {Map<string, Point>} left upper corners
 */
export function tidy(nodes, edges) {
  const known = new Set(nodes.map(({ id }) => id));
  const there = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const parts = flows(nodes, there);
  const of = new Map(parts.flatMap((part, i) => part.map(({ id }) => [id, i])));
  const lines = parts.map(() => []);
  for (const edge of there) lines[of.get(edge.from)].push(edge);
  const placed = parts.map((part, i) => tidyFlow(part, lines[i]));
  const moves = inLanes(placed.map((points, i) => bounds(parts[i].map((node) => ({ ...node, ...points.get(node.id) })))));
  return new Map(placed.flatMap((points, i) =>
    [...points].map(([id, { x, y }]) => [id, { x: x + moves[i].x, y: y + moves[i].y }])));
}

/** @returns {Map<string, Point>} left upper corners of nodes that hang together */
function tidyFlow(nodes, edges) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.map((node) => [node.id, new Set()]));
  const lines = deciding(nodes.map((node) => node.id), edges);
  for (const { from, to } of lines) parents.get(to).add(from);
  const rows = nodes.map(({ id }) => ({ id, parentIds: [...parents.get(id)] }));
  const large = nodes.length > LARGE_NODES || edges.length > LARGE_EDGES;
  const steady = laidOut(rows, byId, inGivenOrder(nodes), large);
  if (large) return corners(steady);
  const crossings = crossed(steady, lines);
  const untangled = crossings ? laidOut(rows, byId, decrossTwoLayer(), large) : steady;
  return closedUp(corners(crossed(untangled, lines) < crossings ? untangled : steady), byId, edges);
}

/**
 * As much room was left above a node as it reaches below its line. What ends the flow, at the end
 * of its column, gives that back where the one above is as near as that.
 */
function closedUp(points, byId, edges) {
  const writers = new Set(edges.map(({ from }) => from));
  const columns = new Map();
  for (const [id, at] of points) columns.set(at.x, [...(columns.get(at.x) ?? []), { id, at }]);
  for (const column of columns.values()) {
    const [last, above] = column.sort((a, b) => b.at.y - a.at.y);
    if (!above || writers.has(last.id)) continue;
    const node = byId.get(last.id);
    const near = above.at.y + byId.get(above.id).h + GAP_Y;
    if (last.at.y > near && last.at.y - near <= reach(node) - portOf(node) + 1) last.at.y = near;
  }
  return points;
}

function laidOut(rows, byId, decross, large) {
  const graph = graphStratify()(rows);
  const few = rows.length <= SIMPLEX_MOST ? coordSimplex() : coordGreedy();
  // d3-dag flows downwards: the two axes change places on the way in and on the way out.
  sugiyama()
    .layering(large ? layeringLongestPath() : layeringSimplex())
    .decross(decross)
    .coord(large ? coordCenter() : few)
    .nodeSize((node) => [2 * reach(byId.get(node.data.id)), byId.get(node.data.id).w])
    .gap([GAP_Y, GAP_X])(graph);
  return [...graph.nodes()].map((n) => ({ node: byId.get(n.data.id), x: n.y, y: n.x }));
}

/** How far a node reaches from where its lines come in: these are what stands in one line. */
function reach(node) {
  return Math.max(portOf(node), node.h - portOf(node));
}

/** Columns in the picture's own order, below their parents' order: what is listed first is above. */
function inGivenOrder(nodes) {
  const index = new Map(nodes.map(({ id }, i) => [id, i]));
  return (layers) => {
    const rank = new Map();
    for (const layer of layers) {
      const weight = new Map(layer.map((one) => [one, [meanRank(one, rank), given(one, index)]]));
      layer.sort((a, b) => weight.get(a)[0] - weight.get(b)[0] || weight.get(a)[1] - weight.get(b)[1]);
      layer.forEach((one, i) => rank.set(one, i / Math.max(1, layer.length)));
    }
  };
}

function meanRank(one, rank) {
  const parents = [...one.parents()].map((parent) => rank.get(parent) ?? 0);
  return parents.length ? parents.reduce((sum, r) => sum + r, 0) / parents.length : 0;
}

/** A node's own index; for a long edge's bend that of the node it leads to. */
function given(one, index) {
  return index.get(one.data.role === "node" ? one.data.node.data.id : one.data.link.target.data.id) ?? 0;
}

/** Pairs of edges whose straight lines cross. */
function crossed(placed, edges) {
  const at = new Map(placed.map(({ node, x, y }) => [node.id, { x, y }]));
  const lines = edges.map(({ from, to }) => [at.get(from), at.get(to)]).filter(([a, b]) => a && b);
  const side = (a, b, c) => Math.sign((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x));
  let crossings = 0;
  lines.forEach(([a, b], i) => {
    for (const [c, d] of lines.slice(i + 1)) {
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) crossings += 1;
    }
  });
  return crossings;
}

/** Centres to corners; nodes of one column begin at the same left side. */
function corners(placed) {
  const widest = new Map();
  for (const { node, x } of placed) {
    const column = Math.round(x);
    widest.set(column, Math.max(widest.get(column) ?? 0, node.w));
  }
  return new Map(
    placed.map(({ node, x, y }) => [
      node.id,
      { x: Math.round(x - widest.get(Math.round(x)) / 2), y: Math.round(y - portOf(node)) },
    ]),
  );
}

/**
 * A place for one more node while all others stay: right of its rightmost producer, at the mean
 * height of its neighbours, in the nearest free slot. What ends a flow opens no column of its own
 * where it can stand beside an earlier producer.
 * @param {{id: string, w: number, h: number}} node
 * @param {Map<string, Box>} boxes the others
 * @param {{from: string, to: string}[]} edges
 * @returns {Point}
 */
export function place(node, boxes, edges) {
  const after = edges.filter((e) => e.from === node.id).map((e) => boxes.get(e.to)).filter(Boolean);
  const all = [...boxes.values()];
  const before = edges.filter((e) => e.to === node.id).map((e) => boxes.get(e.from)).filter(Boolean);
  const producers = after.length ? before : withoutNewColumn(node, before, all);
  let x = all.length ? Math.min(...all.map((box) => box.x)) : 0;
  if (producers.length) x = rightOf(producers);
  else if (after.length) x = Math.min(...after.map((box) => box.x)) - GAP_X - node.w;
  const middles = [...producers, ...after].map((box) => box.y + portOf(box));
  const middle = middles.length
    ? middles.reduce((sum, y) => sum + y, 0) / middles.length
    : Math.max(0, ...all.map((box) => box.y + box.h)) + GAP_Y + portOf(node);
  return { x, y: freeSlot({ ...node, x }, Math.round(middle - portOf(node)), all) };
}

function rightOf(boxes) {
  return Math.max(...boxes.map((box) => box.x + box.w)) + GAP_X;
}

function withoutNewColumn(node, producers, all) {
  const end = Math.max(...all.map((box) => box.x + box.w));
  if (producers.length < 2 || rightOf(producers) + node.w <= end) return producers;
  const first = Math.min(...producers.map((box) => box.x + box.w));
  return producers.filter((box) => box.x + box.w === first);
}

/**
 * The nearest y, up or down, at which the box keeps its distance from others. What comes later
 * rather stands below: above only where that is nearer by more than its own height.
 */
export function freeSlot(box, y, others) {
  const taken = others
    .filter((o) => o.x < box.x + box.w + GAP_X / 2 && box.x < o.x + o.w + GAP_X / 2)
    .map((o) => [o.y - GAP_Y - box.h, o.y + o.h + GAP_Y])
    .sort((a, b) => a[0] - b[0]);
  let [below, above] = [y, y];
  // From above to below: each that is in the way pushes further on in its own direction.
  for (const [from, to] of taken) if (from < below && below < to) below = to;
  const ends = taken.sort((a, b) => b[1] - a[1]);
  for (const [from, to] of ends) if (from < above && above < to) above = from;
  return below - y <= y - above + box.h ? below : above;
}

/** @param {Iterable<Box>} boxes @returns {Box} what holds them all */
export function bounds(boxes) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, w, h } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return right > left ? { x: left, y: top, w: right - left, h: bottom - top } : { x: 0, y: 0, w: 1, h: 1 };
}

/**
 * The scale at which a world fits a stage, never below what can still be read: then it scrolls,
 * and where it need not do so sideways it may as well be read with ease.
 * @param {{margin: Point, most: number, least: number, scrolled: number}} limits
 * @returns {number}
 */
export function fit(world, stage, { margin, most, least, scrolled }) {
  const wide = (stage.w - 2 * margin.x) / world.w;
  const scale = Math.min(wide, (stage.h - 2 * margin.y) / world.h);
  return scale >= least ? Math.min(most, scale) : Math.max(least, Math.min(wide, scrolled));
}
