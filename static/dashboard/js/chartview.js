// The chart "Lag, last 2 minutes" and its legend.

import { History, LINES_MOST, SPAN_MS, plotted } from "./history.js";
import { attr, el, keyed, svg, text, toggle } from "./dom.js";
import { colourOf, dashOf } from "./colours.js";
import { cutOff, scale } from "./lagscale.js";
import { count, length } from "./words.js";
import { warning } from "./retention.js";

/** In a lower plot the scale's middle is not written. */
const THREE_LINES = 3.4;
const LABELS = ["\u22122 min", "\u22121 min", "now"];

export class ChartView {
  /** @param {HTMLElement} cut what is cut off */
  constructor(canvas, cut, legend, context) {
    this.canvas = canvas;
    this.cut = cut;
    this.pen = canvas.getContext("2d");
    this.legend = legend;
    this.context = context;
    this.history = new History();
    this.rows = new Map();
    this.groups = [];
    new ResizeObserver(() => this.repaint()).observe(canvas);
  }

  /**
   * Notes the lags; also while the picture is held.
   * @param {number} now server's time, ms
   * @param {boolean} current false: the lags are old, and what they are now is not known
   */
  note(groups, now, current) {
    return this.history.note(current ? groups : groups.map(({ name }) => ({ name, lag: null })), now);
  }

  /** Takes what the server remembers of the time before. @param {Object<string, any>} past */
  recall(past) {
    this.history.fill(past);
    this.repaint();
  }

  /**
   * @param {Object<string, any>[]} groups
   * @param {Map<string, {state: string, all: boolean}>} states of services by name; all: of each
   *   of its instances
   * @param {Set<string>} catching groups that are catching up
   * @param {boolean} due whether there is a new point to draw; the numbers are always the newest
   */
  update(groups, states, catching, now, due) {
    this.groups = groups.length > LINES_MOST
      ? [...groups].sort((a, b) => (b.lag ?? 0) - (a.lag ?? 0)).slice(0, LINES_MOST)
      : groups;
    this.updateLegend(states, catching);
    if (due) this.draw(now);
  }

  updateLegend(states, catching) {
    const names = this.groups.map((group) => group.name);
    keyed(this.legend, this.rows, names, () => {
      const line = svg("line", { x1: "0", y1: "4", x2: "36", y2: "4" });
      return el("li", {}, svg("svg", { viewBox: "0 0 36 8", "aria-hidden": "true" }, line), el("span"), el("small"), el("strong"));
    });
    for (const group of this.groups) {
      const row = this.rows.get(group.name);
      const [, name, more, lag] = row.children;
      attr(row, "data-colour", String(colourOf(group.colour).slot));
      attr(row.querySelector("line"), "stroke-dasharray", dashOf(group.colour).join(" ") || null);
      text(name, group.name);
      const soon = warning(group);
      const { state, all } = states.get(group.service) ?? {};
      text(more, soon?.short ?? aside(group, state, catching.has(group.name), all));
      attr(more, "title", soon?.whole ?? null);
      toggle(more, "soon", soon !== null);
      text(lag, count(group.lag));
    }
  }

  /** As it stands, in another size or other colours. */
  repaint() {
    this.draw(this.now ?? 0);
  }

  draw(now) {
    this.now = now;
    const ratio = window.devicePixelRatio || 1;
    const w = this.canvas.clientWidth;
    const h = this.canvas.clientHeight;
    if (!w || !h) return;
    if (this.canvas.width !== Math.round(w * ratio)) this.canvas.width = Math.round(w * ratio);
    if (this.canvas.height !== Math.round(h * ratio)) this.canvas.height = Math.round(h * ratio);
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const found = scale(this.groups.map(({ name }) => ({ name, points: this.history.lines.get(name) ?? [] })), now);
    const { top, over } = found;
    const { short, whole } = cutOff(found);
    text(this.cut, short);
    attr(this.cut, "title", whole || null);
    this.pen.font = `450 ${Math.max(12, 1.125 * rem)}px Inter, sans-serif`;
    const x = this.pen.measureText(count(top)).width + 0.9 * rem;
    const plot = { x, y: 0.6 * rem, w: w - x - 1.6 * rem, h: h - 2.4 * rem };
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.clearRect(0, 0, w, h);
    this.drawGrid(plot, top, rem);
    const lines = this.groups.map((group) => ({
      group, points: plotted(this.history.lines.get(group.name) ?? [], now, top, plot),
    }));
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(plot.x, plot.y - 4, plot.w + 2, plot.h + 6);
    this.pen.clip();
    for (const line of lines) this.drawArea(line, plot);
    for (const line of lines) this.drawLine(line);
    this.pen.restore();
    this.drawOver(over, now, plot, rem);
  }

  /** A mark at the upper edge where a line leaves the plot, and how high the highest of them was. */
  drawOver(over, now, plot, rem) {
    const { pen } = this;
    const colours = new Map(this.groups.map((group) => [group.name, colourOf(group.colour).name]));
    const half = 0.45 * rem;
    [...over].reverse().forEach(({ name, at, lag }, i) => {
      const x = plot.x + plot.w * Math.max(0, 1 - (now - at) / SPAN_MS);
      pen.fillStyle = this.context.palette.get(colours.get(name));
      pen.beginPath();
      pen.moveTo(x - half, plot.y + half);
      pen.lineTo(x + half, plot.y + half);
      pen.lineTo(x, plot.y - half);
      pen.fill();
      if (i < over.length - 1) return;
      const right = x > plot.x + plot.w / 2;
      pen.textAlign = right ? "right" : "left";
      pen.textBaseline = "middle";
      pen.lineWidth = 5;
      pen.strokeStyle = this.context.palette.get("surface");
      const where = [`${name} ${count(lag)}`, x + (right ? -2 : 2) * half, plot.y + 0.5 * rem];
      pen.strokeText(...where);
      pen.fillStyle = this.context.palette.get(`${colours.get(name)}-ink`);
      pen.fillText(...where);
    });
  }

  drawGrid(plot, top, rem) {
    const { pen } = this;
    const colour = (name) => this.context.palette.get(name);
    pen.strokeStyle = colour("line");
    pen.lineWidth = 1;
    pen.beginPath();
    for (const share of [0, 0.5, 1]) {
      const y = Math.round(plot.y + plot.h * share) + 0.5;
      const x = Math.round(plot.x + plot.w * share) + 0.5;
      pen.moveTo(plot.x, y);
      pen.lineTo(plot.x + plot.w, y);
      pen.moveTo(x, plot.y);
      pen.lineTo(x, plot.y + plot.h);
    }
    pen.stroke();
    pen.fillStyle = colour("ink2");
    pen.font = `450 ${Math.max(12, 1.125 * rem)}px Inter, sans-serif`;
    pen.textBaseline = "middle";
    pen.textAlign = "right";
    const middle = plot.h >= THREE_LINES * rem;
    [top, top / 2, 0].forEach((value, i) => {
      if (i !== 1 || middle) pen.fillText(count(value), plot.x - 0.5 * rem, plot.y + (plot.h * i) / 2);
    });
    pen.textAlign = "center";
    pen.textBaseline = "alphabetic";
    LABELS.forEach((label, i) => pen.fillText(label, plot.x + (plot.w * i) / 2, plot.y + plot.h + 1.5 * rem));
  }

  /** A tint below a line, where its group is well behind: the backlog is an area one can see. */
  drawArea({ group, points }, plot) {
    if ((group.lag ?? 0) < 10 && group.health === "ok") return;
    this.pen.fillStyle = this.context.palette.get(`${colourOf(group.colour).name}-tint`);
    for (const part of pieces(points)) {
      this.pen.beginPath();
      this.pen.moveTo(part[0].x, plot.y + plot.h);
      for (const { x, y } of part) this.pen.lineTo(x, y);
      this.pen.lineTo(part[part.length - 1].x, plot.y + plot.h);
      this.pen.fill();
    }
  }

  drawLine({ group, points }) {
    const { pen } = this;
    pen.strokeStyle = this.context.palette.get(colourOf(group.colour).name);
    pen.lineWidth = 3.5;
    pen.lineJoin = "round";
    pen.setLineDash(dashOf(group.colour));
    for (const part of pieces(points)) {
      pen.beginPath();
      part.forEach(({ x, y }, i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
    pen.setLineDash([]);
  }
}

/** What is unknown breaks a line in two. */
function pieces(points) {
  const found = [];
  let open = null;
  for (const point of points) {
    if (point === null) open = null;
    else if (open) open.push(point);
    else found.push((open = [point]));
  }
  return found;
}

/** What one handles in so many seconds it is behind now and then on a busy machine. */
const READS_ALONG_SECONDS = 3;
const DOWN = new Set(["frozen", "crashed", "restarting", "failed", "stopped"]);

/**
 * What is worth a word beside a group's number: one that was asked to wait is not stalled, and
 * one that catches up does not fall behind.
 */
export function aside(group, state, catching = false, all = false) {
  if (state === "paused") return state;
  // Nothing goes on there: its own word says why. A rate still has in it the time before.
  if (DOWN.has(state) && (group.health === "stopped" || group.health === "stalled")) return state;
  if (DOWN.has(state) && all && group.health === "falling behind") return state;
  if (group.lag === null) return "not known";
  const late = catching || group.lag > READS_ALONG_SECONDS * (group.rate ?? 0);
  if (late && group.drain === "draining" && group.drain_seconds !== null) return `${length(group.drain_seconds)} to go`;
  if (catching) return "catching up";
  // Nobody has stopped what is no service of ours: its card says the same.
  if (group.health === "stopped" && !group.service) return group.state ?? "";
  if (group.health && group.health !== "ok") return group.health;
  return group.at_least ? "at least" : "";
}
