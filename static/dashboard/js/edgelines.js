// The edges: SVG paths below the nodes, and what is written on them.

import { Way, route, svgPath } from "./routing.js";
import { attr, svg, toggle } from "./dom.js";
import { eventsPerDot } from "./dots.js";
import { count, rate } from "./words.js";

/** A line of words on an edge, px: how high it is, about how wide a letter, and its margin. */
const LINE = 22;
const LETTER = 10;
const PAD = 3;
/** Places along an edge that are tried for its words, from the middle outwards. */
const TRIED = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82];

export class EdgeLines {
  /**
   * @param {SVGElement} holder of the lines, below the cards
   * @param {SVGElement} labels what is written on them, above the dots
   * @param {{calm: () => boolean, server: (at: number) => number, now: () => number,
   *   dots: import("./dots.js").Dots}} context
   */
  constructor(holder, labels, context) {
    this.holder = holder;
    this.labels = labels;
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
    this.boxes = [...boxes.values()];
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

  /** What each way needs of the stage: some lead out beyond the cards. */
  extents() {
    return [...this.ways.values()].map((way) => way.extent);
  }

  drawn(id) {
    let drawn = this.known.get(id);
    if (!drawn) {
      drawn = { path: svg("path"), label: svg("g"), at: "" };
      this.holder.prepend(drawn.path);
      this.labels.append(drawn.label);
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
      this.write(id, drawn, held ? [] : this.words(id, edge.entity));
    }
  }

  /** Two short lines: between two columns of cards there is no room for a long one. */
  words(id, entity) {
    if (this.context.calm()) return entity.rate ? [`${rate(entity.rate)}/s`] : [];
    const each = this.perDot(id, entity.rate);
    return each === null ? [] : ["1 dot", `\u2248 ${each < 1000 ? each : `${count(each / 1000)}k`}`];
  }

  perDot(id, mean) {
    const { dots, server, now } = this.context;
    return eventsPerDot(mean, dots.load(id), dots.pace(id, server(now())));
  }

  write(id, drawn, words) {
    const way = this.ways.get(id);
    const w = Math.max(0, ...words.map((line) => line.length)) * LETTER + 2 * PAD;
    const h = words.length * LINE + 2 * PAD;
    const middle = words.length && way ? free(way, w, h, this.boxes) : null;
    const key = middle ? JSON.stringify([words, middle]) : "";
    if (key === drawn.at) return;
    drawn.at = key;
    drawn.label.replaceChildren();
    if (!middle) return;
    const [x, y] = [middle.x - w / 2, middle.y - h / 2].map((value) => String(Math.round(value)));
    const lines = words.map((line, i) => {
      const base = String(Math.round(middle.y - h / 2 + PAD + LINE * (i + 0.75)));
      const made = svg("text", { x: String(Math.round(middle.x)), y: base });
      made.textContent = line;
      return made;
    });
    drawn.label.append(svg("rect", { x, y, width: String(w), height: String(h), rx: "6" }), ...lines);
  }
}

/** Where on a way a label covers no card, as near its middle as may be; null where nowhere. */
export function free(way, w, h, boxes) {
  const clear = ({ x, y }) => boxes.every((box) =>
    x + w / 2 <= box.x || box.x + box.w <= x - w / 2 || y + h / 2 <= box.y || box.y + box.h <= y - h / 2);
  return TRIED.map((share) => way.at(way.length * share)).find(clear) ?? null;
}
