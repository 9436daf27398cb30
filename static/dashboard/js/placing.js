// Which node stands where, over time: nodes stand where this person dragged them, or else where the
// layout has put them for everyone; an empty canvas is laid out, later nobody moves. Pure.

import { aside } from "./aside.js";
import { freeSlot, place, portOf, tidy } from "./layout.js";

/** Where a belt's strip is; a topic's point is its belt's corner, also while it is a chip. */
const STRIP = portOf({ kind: "belt", h: Infinity });

/** How much lower a chip stands than the belt that it becomes when somebody reads it. */
const lower = (node) => (node.kind === "chip" ? STRIP - portOf(node) : 0);
const corner = (node, { x, y }) => ({ x, y: y + lower(node) });
const pointOf = (node, { x, y }) => ({ x, y: y - lower(node) });

/**
 * A picture is young until nothing new came for so long: while its services and topics come in
 * one by one, all are laid out anew, so that they do not stand in the order of their arrival.
 */
export const YOUNG_MS = 4000;
/** Places of nodes that are gone are remembered, so many: after a restart all stand as before. */
const REMEMBERED_MOST = 1000;
/** Of so many nodes it is looked, each time one comes or grows, how a tidy layout would have them. */
const JUDGED_MOST = 40;

export class Placing {
  /**
   * @typedef {{x: number, y: number}} Point
   * @typedef {{get: (id: string) => Point|null,
   *   pass?: (from: string, to: string, dy: number) => void}} Kept
   *   pass: what was one node is another one now, so much lower
   * @param {Kept} own dragged by this person: they win here
   * @param {Kept} shared where the layout has put nodes for everyone
   */
  constructor(own, shared = { get: () => null }) {
    this.own = own;
    this.shared = shared;
    this.forget();
  }

  /** Nothing stands anywhere yet; what was dragged, and what is laid for everyone, is kept elsewhere. */
  forget() {
    /** @type {Map<string, {x: number, y: number}>} where each belongs */
    this.points = new Map();
    this.lines = [];
    /** How far each stands from there, as long as others need the room. */
    this.shifts = new Map();
    this.sizes = "";
    /** Of the nodes that were there the last time: how far below its upper side lines come in. */
    this.ports = new Map();
    this.youngUntil = null;
    /** Whether nodes were placed here that others have not been told of. */
    this.untold = false;
    /** Whether all were laid out anew, whatever was known of some of them. */
    this.anew = false;
    /** Whether a tidy layout would stand otherwise, as far as that can be told cheaply. */
    this.loose = false;
  }

  left(id) {
    return this.own.get(id) ?? this.shared.get(id);
  }

  /**
   * @param {Map<string, import("./graph.js").Node>} nodes
   * @param {Map<string, import("./graph.js").Edge>} edges
   * @returns {Map<string, import("./layout.js").Box & {kind: string}>} every node's box
   */
  boxes(nodes, edges, now) {
    const shape = JSON.stringify([[...nodes.values()].map((n) => [n.id, n.w, n.h]), [...edges.keys()]]);
    if (shape !== this.sizes) {
      this.sizes = shape;
      this.passOn(nodes);
      const young = this.youngUntil === null || now < this.youngUntil || this.strange(nodes);
      if (young && edges.size) this.youngUntil = now + YOUNG_MS;
      if (young) this.layOut(nodes, edges);
      else this.settle(nodes, edges);
      this.lines = [...edges.values()];
      this.makeRoom(nodes);
      this.judge(nodes, edges);
      this.untold = true;
    }
    return this.whole(nodes);
  }

  /**
   * A group becomes a service once somebody says that it is its own: one card takes the place of
   * the other, also where the service was there for a moment before it named its group.
   */
  passOn(nodes) {
    for (const [id, node] of nodes) {
      const group = node.kind === "service" ? heirOf(node.entity, nodes, (one) => this.ports.has(one) || this.left(one)) : null;
      if (group === null) continue;
      const { x, y } = this.points.get(group) ?? this.left(group);
      const port = portOf(node);
      const inLine = y + (this.ports.get(group) ?? port) - port;
      const others = [...this.homes(nodes)].filter(([other]) => other !== id).map(([, box]) => box);
      const dragged = this.own.get(group) ?? this.own.get(id);
      const dy = (dragged ? inLine : freeSlot({ ...node, x }, inLine, others)) - y;
      this.points.delete(group);
      this.points.set(id, this.own.get(id) ?? { x, y: y + dy });
      this.own.pass?.(group, id, dy);
      this.shared.pass?.(group, id, dy);
    }
    this.ports = new Map([...nodes].map(([id, node]) => [id, portOf(node)]));
  }

  /** Who has grown into another: one of them goes aside, and comes back when there is room. */
  makeRoom(nodes) {
    const dragged = new Set([...nodes.keys()].filter((id) => this.own.get(id)));
    this.shifts = aside(this.homes(nodes), dragged, this.lines);
  }

  /** Whether a tidy layout would look different: all moved by as much look alike. */
  judge(nodes, edges) {
    if (nodes.size > JUDGED_MOST) {
      this.loose ||= this.shifts.size > 0;
      return;
    }
    const stand = this.whole(nodes);
    const off = [...straightened(nodes, edges)].filter(([id]) => !this.own.get(id)).map(([id, point]) => {
      const at = corner(nodes.get(id), point);
      return [stand.get(id).x - at.x, stand.get(id).y - at.y];
    });
    this.loose = off.some(([x, y]) => x !== off[0][0] || y !== off[0][1]);
  }

  /** Where most nodes were left somewhere, they stand there and the others find places. */
  layOut(nodes, edges) {
    const left = [...nodes.keys()].filter((id) => this.shared.get(id));
    if (left.length * 2 < nodes.size) return this.tidy(nodes, edges);
    this.anew = false;
    this.points = new Map(left.map((id) => [id, this.left(id)]));
    this.settle(nodes, edges);
  }

  /**
   * What has come to rest since the last time it was asked for, as it should stand for everyone:
   * not where this person dragged it.
   * @returns {{placed: Map<string, {x: number, y: number}>, anew: boolean}|null} null: nothing
   *   new, or not at rest yet
   */
  rested(nodes, now) {
    if (!this.untold || this.youngUntil === null || now < this.youngUntil) return null;
    const { anew } = this;
    this.untold = false;
    this.anew = false;
    return { placed: this.common(nodes), anew };
  }

  common(nodes) {
    const here = [...nodes.keys()].filter((id) => this.points.has(id) && !this.own.get(id));
    return new Map(here.map((id) => [id, this.points.get(id)]));
  }

  /** Others were first: these nodes stand elsewhere for everyone. Nobody else moves. */
  learn(ids, nodes) {
    for (const id of ids) {
      const at = this.shared.get(id);
      if (at && this.points.has(id) && !this.own.get(id)) this.points.set(id, at);
    }
    this.makeRoom(nodes);
  }

  /** Another picture altogether: of most nodes nobody knows where they stood. */
  strange(nodes) {
    const known = [...nodes.keys()].filter((id) => this.points.has(id)).length;
    return known * 2 < nodes.size;
  }

  tidy(nodes, edges) {
    this.anew = true;
    this.loose = false;
    this.shifts.clear();
    this.points = straightened(nodes, edges);
    for (const id of nodes.keys()) {
      const own = this.own.get(id);
      if (own) this.points.set(id, own);
    }
  }

  /** Nodes that came find a place; nobody else moves. */
  settle(nodes, edges) {
    for (const id of this.points.keys()) {
      if (this.points.size <= REMEMBERED_MOST) break;
      if (!nodes.has(id)) this.points.delete(id);
    }
    for (const id of nodes.keys()) {
      if (!this.points.has(id) && this.left(id)) this.points.set(id, this.left(id));
    }
    const lines = [...edges.values()];
    for (const node of newcomers(nodes, lines, this.points)) {
      this.loose = true;
      this.points.set(node.id, pointOf(node, place(node, this.homes(nodes), lines)));
    }
  }

  /**
   * @param {import("./graph.js").Node} node @param {{x: number, y: number}} at its upper left corner
   * @returns {{x: number, y: number}} its point, which is kept
   */
  move(node, at) {
    const point = pointOf(node, at);
    this.points.set(node.id, point);
    this.shifts.delete(node.id);
    return point;
  }

  /** Where all stand. */
  whole(nodes) {
    const boxes = this.homes(nodes);
    for (const [id, box] of boxes) box.y += this.shifts.get(id) ?? 0;
    return boxes;
  }

  /** Where all belong. */
  homes(nodes) {
    const boxes = new Map();
    for (const [id, node] of nodes) {
      const at = this.points.get(id);
      if (at) boxes.set(id, { ...corner(node, at), w: node.w, h: node.h, kind: node.kind });
    }
    return boxes;
  }
}

/** @returns {string|null} the id of a group that had a card, and now is this service's own */
function heirOf(service, nodes, stood) {
  const ids = (service?.groups ?? []).map((group) => `g:${encodeURIComponent(group)}`);
  return ids.find((id) => !nodes.has(id) && stood(id)) ?? null;
}

/** Every node's point as a tidy layout has it. */
function straightened(nodes, edges) {
  const corners = tidy([...nodes.values()], [...edges.values()]);
  return new Map([...corners].map(([id, at]) => [id, pointOf(nodes.get(id), at)]));
}

/** Those without a place; first always one beside a neighbour that has one. */
function* newcomers(nodes, lines, points) {
  const coming = new Map([...nodes].filter(([id]) => !points.has(id)));
  while (coming.size) {
    const beside = lines.find((e) =>
      (coming.has(e.to) && points.has(e.from)) || (coming.has(e.from) && points.has(e.to)));
    const id = beside ? (coming.has(beside.to) ? beside.to : beside.from) : coming.keys().next().value;
    const node = coming.get(id);
    coming.delete(id);
    yield node;
  }
}
