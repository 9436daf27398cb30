// Ways of edges between fixed boxes: through the free gaps of every column between their ends.
// Pure. A way is a list of cubic pieces, each with horizontal tangents.

import { portOf } from "./layout.js";

/** Room that an edge keeps from boxes, and edges in one gap from each other, px. */
const CLEAR = 16;
const LANE = 10;
/** Ports on a side stand this far apart. */
const PORT = 16;
/** Edges that go down, or up, from one side run so far apart where they are steep, px. */
const APART = 22;
/** Parts of the gap in which they do. */
const FAN = 0.6;
/** Less steep than this an edge keeps clear of others by itself, px. */
const LEVEL = 40;
/** How far an edge that turns back leads out to the right, px. */
const TURN = 26;

/**
 * @typedef {import("./layout.js").Box} Box
 * @typedef {{x: number, y: number}} Point
 * @typedef {[Point, Point, Point, Point]} Cubic
 */

/**
 * @param {{id: string, from: string, to: string}[]} edges
 * @param {Map<string, Box & {kind: string}>} boxes
 * @returns {Map<string, Cubic[]>}
 */
export function route(edges, boxes) {
  const drawn = edges.filter((e) => boxes.has(e.from) && boxes.has(e.to));
  const turning = new Set(drawn.filter((e) => turnsBack(e, boxes)).map((e) => e.id));
  const via = new Map(drawn.map((e) => [e.id, waypoints(boxes.get(e.from), boxes.get(e.to), boxes, e)]));
  spreadLanes(via);
  const outs = ports(drawn, boxes, via, "from", turning);
  const ins = ports(drawn, boxes, via, "to", turning);
  const aside = fanned(drawn, outs, ins, via, turning);
  const ways = new Map();
  for (const edge of drawn) {
    const a = outs.get(edge.id);
    const b = ins.get(edge.id);
    const back = b.x < a.x + 24;
    if (turning.has(edge.id)) ways.set(edge.id, turned(a, b));
    else ways.set(edge.id, back ? around(a, b, boxes) : through(a, b, via.get(edge.id), aside.get(edge.id)));
  }
  return ways;
}

const portY = (box) => box.y + portOf(box);

/**
 * Whether an edge leads to a node that stands below or above its beginning and no further right,
 * with nothing in between: then it turns, and comes in by the side that it left by.
 */
function turnsBack({ from, to }, boxes) {
  const a = boxes.get(from);
  const b = boxes.get(to);
  const [ax, bx] = [a.x + a.w, b.x + b.w];
  if (from === to || b.x >= ax || bx > ax + TURN || (portY(b) > a.y && portY(b) < a.y + a.h)) return false;
  const [top, bottom] = [portY(a), portY(b)].sort((p, q) => p - q);
  return [...boxes].every(([id, { x, y, w, h }]) => {
    if (id === from || id === to) return true;
    const beside = x < ax + TURN + CLEAR && x + w > ax && y < bottom && y + h > top;
    const onTheWay = x < ax && x + w > bx && y < portY(b) + CLEAR && y + h > portY(b) - CLEAR;
    return !beside && !onTheWay;
  });
}

/** One point a crossed column: its two sides and the height at which the edge passes. */
function waypoints(from, to, boxes, edge) {
  const x0 = from.x + from.w;
  const x1 = to.x;
  const between = [...boxes]
    .filter(([id, b]) => id !== edge.from && id !== edge.to && b.x + b.w > x0 + 4 && b.x < x1 - 4)
    .map(([, b]) => b);
  let y = portY(from);
  return columns(between).map((column) => {
    const share = (column.left + column.right - 2 * x0) / (2 * (x1 - x0));
    const straight = portY(from) + (portY(to) - portY(from)) * Math.min(1, Math.max(0, share));
    y = nearestGap(column.boxes, (straight + y) / 2, straight);
    return { left: column.left, right: column.right, y };
  });
}

/** Boxes that overlap from left to right stand in one column. */
function columns(boxes) {
  const found = [];
  for (const box of [...boxes].sort((a, b) => a.x - b.x)) {
    const last = found[found.length - 1];
    if (last && box.x < last.right) {
      last.boxes.push(box);
      last.right = Math.max(last.right, box.x + box.w);
    } else {
      found.push({ left: box.x, right: box.x + box.w, boxes: [box] });
    }
  }
  return found;
}

function nearestGap(boxes, y, straight) {
  const taken = boxes
    .map((box) => [box.y - CLEAR, box.y + box.h + CLEAR])
    .sort((a, b) => a[0] - b[0]);
  const merged = [];
  for (const [top, bottom] of taken) {
    const last = merged[merged.length - 1];
    if (last && top <= last[1]) last[1] = Math.max(last[1], bottom);
    else merged.push([top, bottom]);
  }
  const hit = (at) => merged.find(([top, bottom]) => at > top && at < bottom);
  if (!hit(straight)) return straight;
  const inside = hit(y);
  if (!inside) return y;
  return y - inside[0] < inside[1] - y ? inside[0] : inside[1];
}

/** Edges that pass a column at the same height get lanes of their own. */
function spreadLanes(via) {
  const taken = new Map();
  for (const points of via.values()) {
    for (const point of points) {
      const column = Math.round(point.left);
      const heights = taken.get(column) ?? [];
      taken.set(column, heights);
      let y = point.y;
      for (let i = 1; heights.some((h) => Math.abs(h - y) < LANE) && i < 40; i += 1) {
        y = point.y + (i % 2 ? 1 : -1) * Math.ceil(i / 2) * LANE;
      }
      // Within the clearance of the gap a lane may move; further would lead through a box.
      point.y = Math.abs(y - point.y) <= CLEAR - 4 ? y : point.y;
      heights.push(point.y);
    }
  }
}

/** Ports on one side of a box, sorted by where their edges go first, so that they do not cross. */
function ports(edges, boxes, via, end, turning) {
  const other = end === "from" ? "to" : "from";
  const onRight = (edge) => end === "from" || turning.has(edge.id);
  const sides = new Map();
  for (const edge of edges) {
    const side = `${onRight(edge) ? ">" : "<"}${edge[end]}`;
    sides.set(side, [...(sides.get(side) ?? []), edge]);
  }
  const found = new Map();
  for (const list of sides.values()) {
    const box = boxes.get(list[0][end]);
    const heading = (edge) => {
      const points = via.get(edge.id);
      const next = end === "from" ? points[0] : points[points.length - 1];
      return next ? next.y : portY(boxes.get(edge[other]));
    };
    list.sort((a, b) => heading(a) - heading(b));
    const room = box.kind === "belt" ? 56 : box.h - 40;
    const step = list.length > 1 ? Math.min(PORT, room / (list.length - 1)) : 0;
    list.forEach((edge, i) => {
      found.set(edge.id, {
        x: onRight(edge) ? box.x + box.w : box.x,
        y: portY(box) + (i - (list.length - 1) / 2) * step,
      });
    });
  }
  return found;
}

/**
 * Edges that leave one side and go down (or up) beside each other: the further one goes, the sooner
 * it does, so that dots of one do not run over those of another.
 * @returns {Map<string, number>} how far right of the middle each goes down, px
 */
function fanned(edges, outs, ins, via, turning) {
  const fans = new Map();
  for (const edge of edges.filter(({ id }) => !turning.has(id))) {
    const a = outs.get(edge.id);
    const [point] = via.get(edge.id);
    const b = point ? { x: point.left, y: point.y } : ins.get(edge.id);
    const fan = `${Math.sign(b.y - a.y)} ${edge.from}`;
    if (Math.abs(b.y - a.y) < LEVEL || b.x <= a.x) continue;
    fans.set(fan, [...(fans.get(fan) ?? []), { id: edge.id, far: Math.abs(b.y - a.y), gap: b.x - a.x }]);
  }
  const found = new Map();
  for (const fan of fans.values()) {
    fan.sort((p, q) => q.far - p.far);
    const step = fan.length > 1 ? Math.min(APART, (FAN * Math.min(...fan.map(({ gap }) => gap))) / (fan.length - 1)) : 0;
    fan.forEach(({ id }, i) => found.set(id, (i - (fan.length - 1) / 2) * step));
  }
  return found;
}

/** @param {number} aside px right of the middle, where it is steepest */
function bend(a, b, aside = 0) {
  const pull = Math.max(24, (b.x - a.x) * 0.5);
  // Half way the curve stands 3/8 of what one pull is longer than the other beside the middle.
  const more = Math.max(-pull, Math.min(pull, (aside * 4) / 3));
  return [a, { x: a.x + pull + more, y: a.y }, { x: b.x - pull + more, y: b.y }, b];
}

function straight(a, b) {
  const third = (b.x - a.x) / 3;
  return [a, { x: a.x + third, y: a.y }, { x: b.x - third, y: b.y }, b];
}

function through(a, b, points, aside) {
  const pieces = [];
  let at = a;
  let beside = aside;
  for (const point of points) {
    const enter = { x: Math.max(at.x + 1, point.left - 12), y: point.y };
    const leave = { x: Math.min(b.x - 1, point.right + 12), y: point.y };
    pieces.push(bend(at, enter, beside), straight(enter, leave));
    at = leave;
    beside = 0;
  }
  pieces.push(bend(at, b, beside));
  return pieces;
}

/** Out to the right, down or up, and back. */
function turned(a, b) {
  const pull = TURN / 0.75;
  const x = Math.max(a.x, b.x);
  const [out, home] = [{ x, y: a.y }, { x, y: b.y }];
  const bow = [out, { x: x + pull, y: a.y }, { x: x + pull, y: b.y }, home];
  return [straight(a, out), bow, straight(home, b)];
}

/** Against the flow: by the same sides, below everything that stands between. */
function around(a, b, boxes) {
  const left = Math.min(a.x, b.x) - 60;
  const right = Math.max(a.x, b.x) + 60;
  const between = [...boxes.values()].filter((box) => box.x < right && box.x + box.w > left);
  const y = Math.max(...between.map((box) => box.y + box.h)) + 2 * CLEAR;
  const turn = 70;
  return [
    [a, { x: a.x + turn, y: a.y }, { x: a.x + turn, y }, { x: a.x, y }],
    [{ x: a.x, y }, { x: a.x, y }, { x: b.x, y }, { x: b.x, y }],
    [{ x: b.x, y }, { x: b.x - turn, y }, { x: b.x - turn, y: b.y }, b],
  ];
}

/** The way as an SVG path. */
export function svgPath(pieces) {
  const n = (value) => Math.round(value * 10) / 10;
  const at = (p) => `${n(p.x)} ${n(p.y)}`;
  return pieces
    .map(([a, b, c, d], i) => `${i ? "" : `M${at(a)}`}C${at(b)} ${at(c)} ${at(d)}`)
    .join("");
}

const SAMPLES = 24;

/** A way as a table, so that a dot's place is one look-up. */
export class Way {
  /** @param {Cubic[]} pieces */
  constructor(pieces) {
    const points = [pieces[0][0]];
    for (const piece of pieces) {
      for (let i = 1; i <= SAMPLES; i += 1) points.push(onCubic(piece, i / SAMPLES));
    }
    this.points = points;
    this.far = new Float64Array(points.length);
    for (let i = 1; i < points.length; i += 1) {
      const step = Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
      this.far[i] = this.far[i - 1] + step;
    }
    this.length = this.far[this.far.length - 1];
    const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
    const [x, y] = [Math.min(...xs), Math.min(...ys)];
    /** @type {Box} */
    this.extent = { x, y, w: Math.max(...xs) - x, h: Math.max(...ys) - y };
  }

  /** The point `px` along the way. */
  at(px) {
    let low = 0;
    let high = this.far.length - 1;
    while (high - low > 1) {
      const mid = (low + high) >> 1;
      if (this.far[mid] <= px) low = mid;
      else high = mid;
    }
    const span = this.far[high] - this.far[low] || 1;
    const share = Math.min(1, Math.max(0, (px - this.far[low]) / span));
    const a = this.points[low];
    const b = this.points[high];
    return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
  }
}

function onCubic([a, b, c, d], t) {
  const u = 1 - t;
  const mix = (p, q, r, s) => u * u * u * p + 3 * u * u * t * q + 3 * u * t * t * r + t * t * t * s;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}
