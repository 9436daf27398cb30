// The edges: SVG paths below the nodes, and what is written on them.

import { Way, route, svgPath } from "./routing.js";
import { attr, svg, text, toggle } from "./dom.js";
import { eventsPerDot } from "./dots.js";
import { count, rate } from "./words.js";

/** Words stand so far above the middle of their edge, px: clear of its dots. */
const ABOVE = 20;

export class EdgeLines {
  /** @param {{calm: () => boolean, dots: import("./dots.js").Dots}} context */
  constructor(holder, context) {
    this.holder = holder;
    this.context = context;
    this.known = new Map();
    /** @type {Map<string, Way>} */
    this.ways = new Map();
    this.routed = "";
  }

  /** Routes anew only when a box moved or an edge came or went. */
  route(edges, boxes) {
    const key = JSON.stringify([[...edges.keys()], [...boxes].map(([id, b]) => [id, b.x, b.y, b.w, b.h])]);
    if (key === this.routed) return;
    this.routed = key;
    const found = route([...edges.values()], boxes);
    this.ways = new Map([...found].map(([id, pieces]) => [id, new Way(pieces)]));
    for (const [id, drawn] of this.known) {
      if (found.has(id)) continue;
      drawn.path.remove();
      drawn.label.remove();
      this.known.delete(id);
    }
    for (const [id, pieces] of found) attr(this.drawn(id).path, "d", svgPath(pieces));
  }

  drawn(id) {
    let drawn = this.known.get(id);
    if (!drawn) {
      drawn = { path: svg("path"), label: svg("text"), at: "" };
      this.holder.prepend(drawn.path);
      this.holder.append(drawn.label);
      this.known.set(id, drawn);
    }
    return drawn;
  }

  /** @param {(edge: any) => {tone: string}|null} heldBy why nothing moves towards a reader */
  update(edges, heldBy) {
    for (const [id, edge] of edges) {
      const drawn = this.known.get(id);
      if (!drawn) continue;
      const held = heldBy(edge);
      toggle(drawn.path, "held", held !== null);
      attr(drawn.path, "data-tone", held?.tone ?? null);
      toggle(drawn.path, "dim", edge.entity.dim === true);
      toggle(drawn.path, "unsure", edge.entity.certainty === "unknown");
      this.write(id, drawn, held ? "" : this.words(id, edge.entity));
    }
  }

  words(id, entity) {
    if (this.context.calm()) return entity.rate ? `${rate(entity.rate)}/s` : "";
    const each = eventsPerDot(entity.rate, this.context.dots.load(id));
    return each === null ? "" : `1 dot \u2248 ${count(each)}`;
  }

  write(id, drawn, words) {
    text(drawn.label, words);
    if (!words) return;
    const way = this.ways.get(id);
    const { x, y } = way.at(way.length / 2);
    const at = `${Math.round(x)} ${Math.round(y - ABOVE)}`;
    if (at === drawn.at) return;
    drawn.at = at;
    attr(drawn.label, "x", String(Math.round(x)));
    attr(drawn.label, "y", String(Math.round(y - ABOVE)));
  }
}
