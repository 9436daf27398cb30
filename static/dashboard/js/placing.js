// Which node stands where, over time: an empty canvas is laid out, later nobody moves. Pure.

import { freeSlot, place, tidy } from "./layout.js";

/**
 * A picture is young until nothing new came for so long: while its services and topics come in
 * one by one, all are laid out anew, so that they do not stand in the order of their arrival.
 */
export const YOUNG_MS = 4000;
/** Places of nodes that are gone are remembered, so many: after a restart all stand as before. */
export const REMEMBERED_MOST = 1000;

export class Placing {
  /** @param {{get: (id: string) => {x: number, y: number}|null}} own dragged by this person */
  constructor(own) {
    this.own = own;
    /** @type {Map<string, {x: number, y: number}>} */
    this.points = new Map();
    this.sizes = "";
    this.youngUntil = null;
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
      const young = this.youngUntil === null || now < this.youngUntil || this.strange(nodes);
      if (young && edges.size) this.youngUntil = now + YOUNG_MS;
      if (young) this.tidy(nodes, edges);
      else this.settle(nodes, edges);
    }
    return this.whole(nodes);
  }

  /** Another picture altogether: of most nodes nobody knows where they stood. */
  strange(nodes) {
    const known = [...nodes.keys()].filter((id) => this.points.has(id)).length;
    return known * 2 < nodes.size;
  }

  tidy(nodes, edges) {
    this.points = tidy([...nodes.values()], [...edges.values()]);
    for (const id of nodes.keys()) {
      const own = this.own.get(id);
      if (own) this.points.set(id, own);
    }
  }

  /** Nodes that came find a place; one that grew into another steps aside; nobody else moves. */
  settle(nodes, edges) {
    for (const id of this.points.keys()) {
      if (this.points.size <= REMEMBERED_MOST) break;
      if (!nodes.has(id)) this.points.delete(id);
    }
    for (const node of nodes.values()) {
      const others = this.whole(nodes);
      others.delete(node.id);
      if (!this.points.has(node.id)) {
        const own = this.own.get(node.id);
        this.points.set(node.id, own ?? place(node, others, [...edges.values()]));
      } else if (!this.own.get(node.id) && overlapped(node, this.points.get(node.id), others)) {
        const at = this.points.get(node.id);
        const y = freeSlot({ ...node, ...at }, at.y, [...others.values()]);
        this.points.set(node.id, { x: at.x, y });
      }
    }
  }

  move(id, point) {
    this.points.set(id, point);
  }

  whole(nodes) {
    const boxes = new Map();
    for (const [id, { w, h, kind }] of nodes) {
      const at = this.points.get(id);
      if (at) boxes.set(id, { ...at, w, h, kind });
    }
    return boxes;
  }
}

function overlapped(node, at, others) {
  return [...others.values()].some(
    (o) => at.x < o.x + o.w && o.x < at.x + node.w && at.y < o.y + o.h && o.y < at.y + node.h,
  );
}
