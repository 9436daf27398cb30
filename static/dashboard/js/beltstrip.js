// The moving part of a belt: items, cursors, rollers, on a canvas of its own.

import { Arrivals, ITEM, PITCH, cursorX, handledByAll, itemX, onWholeLog, places, remaining } from "./belts.js";
import { attr } from "./dom.js";
import { colourOf } from "./colours.js";
import { Starts } from "./races.js";

const PRESS = "Press an event to see what it holds";
const WHOLE = "Below the belt the whole log, its newest event left and its first right, and where on it those stand who are further behind than the belt is long; a line is the way that one has come who reads from an earlier place on";
const BELT_H = 68;
const ROLLERS_Y = 80;
const HEIGHT = 90;
/** A group that is on the belt no more stands on the whole log, drawn small below it. */
const LOG_Y = 78;
const LOG_MARK = { w: 12, h: 18 };
const LOG_NAME = "whole log";
/** px that its name takes, at the end where nobody stands. */
const LOG_NAME_W = 84;
const TRAIL_H = 6;
const CURSOR_W = 5;
/** How fast the belt and the cursors settle, ms. */
const SLIDE_MS = 110;
const CURSOR_MS = 150;
/** A belt that falls behind more than this does not slide: it jumps. */
const SLIDE_MOST = 4 * PITCH;
const STILL_PX = 0.3;

export class BeltStrip {
  /** @param {{palette: import("./dom.js").Palette, calm: () => boolean, now: () => number}} context */
  constructor(canvas, context) {
    this.canvas = canvas;
    this.context = context;
    this.pen = canvas.getContext("2d");
    this.width = 416;
    this.arrivals = new Arrivals();
    this.items = [];
    this.reads = [];
    /** Items on the belt as drawn, newest first. */
    this.seen = [];
    this.head = "";
    this.slide = 0;
    /** @type {Map<string, number>} group -> where its cursor is drawn */
    this.cursors = new Map();
    /** @type {Map<string, number>} group -> where it is drawn on the whole log */
    this.onLog = new Map();
    this.starts = new Starts();
    this.events = null;
    this.drawnAt = 0;
    this.stale = true;
  }

  /** @param {number|null} events that the topic holds */
  update(items, reads, travelMs, events) {
    this.events = events;
    if (items === this.items && sameEdges(reads, this.reads)) return;
    if (items !== this.items) {
      this.arrivals.seen(items, this.context.now(), this.context.calm() ? 0 : travelMs);
    }
    this.items = items;
    this.reads = reads;
    this.stale = true;
    this.starts.seen(reads, events, (lag) => lag > places(this.width));
    const beyond = reads.some(({ edge, race }) => race || edge.lag > places(this.width));
    attr(this.canvas, "title", beyond ? `${PRESS}. ${WHOLE}` : PRESS);
  }

  /** What comes next enters at once. */
  catchUp() {
    this.arrivals = new Arrivals();
    this.slide = 0;
    this.head = "";
    this.stale = true;
  }

  /** Sizes the canvas for its place on the page. @param {number} scale px of the screen a px here */
  resize(width, scale) {
    const ratio = Math.min(3, scale * (window.devicePixelRatio || 1));
    const w = Math.round(width * ratio);
    const h = Math.round(HEIGHT * ratio);
    if (this.canvas.width === w && this.canvas.height === h) return;
    this.width = width;
    this.ratio = ratio;
    this.canvas.width = w;
    this.canvas.height = h;
    this.stale = true;
  }

  /** @returns {boolean} whether it must be drawn again soon */
  draw(now) {
    const waiting = this.arrivals.waiting(now);
    if (!this.stale && !waiting) return false;
    const calm = this.context.calm();
    const ms = Math.min(100, now - this.drawnAt);
    this.drawnAt = now;
    const seen = this.entered(now, calm);
    this.seen = seen;
    this.slide = calm ? 0 : this.slide * remaining(ms, SLIDE_MS);
    const cursors = this.moveCursors(ms, calm, this.pending(now));
    const moving = this.moveOnLog(ms, calm) || cursors || Math.abs(this.slide) > STILL_PX;
    if (!moving) this.slide = 0;
    this.paint(seen);
    this.stale = moving;
    return moving || waiting;
  }

  /** @param {number} x px from the belt's entry @returns {[number, number]|null} the item there */
  itemAt(x) {
    const from = itemX(0) - (PITCH - ITEM.w) / 2 - this.slide;
    return this.seen[Math.floor((x - from) / PITCH)] ?? null;
  }

  /** Items on the belt, newest first; a new head pushes the others along. */
  entered(now, calm) {
    const arrived = this.items.filter(([partition, offset]) => this.arrivals.entered(partition, offset, now));
    // Where more comes than is told, all of it is on its way still: an empty belt it is not.
    const seen = (arrived.length || !this.seen.length ? arrived : [...this.items])
      .slice(-places(this.width) - 1)
      .reverse();
    const head = seen.length ? seen[0].join("/") : "";
    if (head !== this.head && this.head && !calm) {
      const came = seen.findIndex((item) => item.join("/") === this.head);
      const pushed = this.slide + PITCH * (came < 0 ? seen.length : came);
      this.slide = pushed > SLIDE_MOST ? 0 : pushed;
    }
    this.head = head;
    return seen;
  }

  /** Items that are counted in every lag and whose dots are still on their way to the belt. */
  pending(now) {
    return this.items.filter(([partition, offset]) => !this.arrivals.entered(partition, offset, now)).length;
  }

  moveCursors(ms, calm, pending) {
    let moving = false;
    const known = new Set();
    for (const { edge } of this.reads) {
      if (edge.lag === null) continue;
      known.add(edge.group);
      const target = Math.min(cursorX(Math.max(0, edge.lag - pending)), this.width + PITCH);
      const at = this.cursors.get(edge.group) ?? target;
      const next = calm ? target : target + (at - target) * remaining(ms, CURSOR_MS);
      const still = Math.abs(next - target) < STILL_PX;
      this.cursors.set(edge.group, still ? target : next);
      moving ||= !still;
    }
    for (const group of this.cursors.keys()) if (!known.has(group)) this.cursors.delete(group);
    return moving;
  }

  /** Groups whose cursors are beyond the belt. */
  moveOnLog(ms, calm) {
    let moving = false;
    const beyond = new Set();
    for (const { edge } of this.reads) {
      const target = edge.lag > places(this.width) ? onWholeLog(edge.lag, this.events, this.width) : null;
      if (target === null) continue;
      beyond.add(edge.group);
      const at = this.onLog.get(edge.group) ?? target;
      const next = calm ? target : target + (at - target) * remaining(ms, CURSOR_MS);
      const still = Math.abs(next - target) < STILL_PX;
      this.onLog.set(edge.group, still ? target : next);
      moving ||= !still;
    }
    for (const group of this.onLog.keys()) if (!beyond.has(group)) this.onLog.delete(group);
    return moving;
  }

  paint(seen) {
    const { pen, width } = this;
    const colour = (name) => this.context.palette.get(name);
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, width, HEIGHT);
    pen.fillStyle = colour("raised");
    pen.fillRect(0, 0, width, BELT_H);
    pen.fillStyle = colour("edge");
    pen.fillRect(0, 0, width, 2);
    pen.fillRect(0, BELT_H - 2, width, 2);
    const trails = this.trails();
    if (this.onLog.size || trails.length) this.paintLog(colour, trails);
    else this.paintRollers(colour("edge"));
    this.paintItems(seen, colour);
    this.paintCursors(colour);
  }

  paintRollers(stroke) {
    const { pen } = this;
    pen.strokeStyle = stroke;
    pen.lineWidth = 2;
    pen.beginPath();
    for (let x = 26; x < this.width - 8; x += 33) {
      pen.moveTo(x + 5, ROLLERS_Y - 4);
      pen.arc(x, ROLLERS_Y - 4, 5, 0, 2 * Math.PI);
    }
    pen.stroke();
  }

  /** The ways of those that read from an earlier place on: from there to where they are. */
  trails() {
    const found = [];
    for (const { edge, colour, race } of this.reads) {
      const from = race ? onWholeLog(this.starts.lag(edge.group, this.events) ?? 0, this.events, this.width) : null;
      const to = this.onLog.get(edge.group) ?? 0;
      if (from !== null && from - to > LOG_MARK.w) found.push({ from, to, colour, group: edge.group });
    }
    return found;
  }

  /** The whole log from its head to its beginning, who stands where on it, and who came from where. */
  paintLog(colour, trails) {
    const { pen, width } = this;
    pen.fillStyle = colour("line");
    pen.fillRect(0, LOG_Y - 2, width, 4);
    this.nameLog(colour, [...this.onLog.values(), ...trails.flatMap(({ from, to }) => [from, to])]);
    for (const { from, to, colour: number } of trails) {
      pen.fillStyle = colour(colourOf(number).name);
      pen.fillRect(to, LOG_Y - TRAIL_H / 2, from - to, TRAIL_H);
      this.mark(from, colour(colourOf(number).name), colour("surface"), false);
    }
    for (const { edge, colour: number } of this.reads) {
      const raced = trails.find(({ group }) => group === edge.group);
      const at = this.onLog.get(edge.group) ?? raced?.to;
      if (at !== undefined) this.mark(at, colour(colourOf(number).name), colour("surface"), true);
    }
  }

  /** Who stands there; hollow: who began there. */
  mark(at, colour, ground, filled) {
    const { pen, width } = this;
    const x = Math.min(width - LOG_MARK.w - 2, Math.max(2, at - LOG_MARK.w / 2));
    pen.beginPath();
    pen.roundRect(x, LOG_Y - LOG_MARK.h / 2, LOG_MARK.w, LOG_MARK.h, 4);
    pen.fillStyle = filled ? colour : ground;
    pen.fill();
    pen.lineWidth = filled ? 2 : 3;
    pen.strokeStyle = filled ? ground : colour;
    pen.stroke();
  }

  /** What the line is, at that end of it where nothing else is. */
  nameLog(colour, all) {
    const { pen, width } = this;
    const right = Math.max(...all) < width - LOG_NAME_W - LOG_MARK.w;
    if (!right && Math.min(...all) < LOG_NAME_W + LOG_MARK.w) return;
    pen.fillStyle = colour("surface");
    pen.fillRect(right ? width - LOG_NAME_W : 0, BELT_H + 1, LOG_NAME_W, HEIGHT - BELT_H - 1);
    pen.font = "500 16px Inter, sans-serif";
    pen.textBaseline = "middle";
    pen.textAlign = right ? "right" : "left";
    pen.fillStyle = colour("ink2");
    pen.fillText(LOG_NAME, right ? width - 8 : 8, LOG_Y + 1);
  }

  paintItems(seen, colour) {
    const { pen } = this;
    const edges = this.reads.map((read) => read.edge);
    const top = (BELT_H - ITEM.h) / 2;
    seen.forEach(([partition, offset], i) => {
      const x = itemX(i) - this.slide;
      if (x > this.width) return;
      pen.beginPath();
      if (handledByAll(partition, offset, edges)) {
        pen.strokeStyle = colour("edge");
        pen.lineWidth = 2;
        pen.roundRect(x + 1, top + 1, ITEM.w - 2, ITEM.h - 2, 3);
        pen.stroke();
      } else {
        pen.fillStyle = colour("ink2");
        pen.roundRect(x, top, ITEM.w, ITEM.h, 4);
        pen.fill();
      }
    });
  }

  paintCursors(colour) {
    const { pen } = this;
    const taken = [];
    for (const { edge, colour: number } of this.reads) {
      let x = this.cursors.get(edge.group);
      if (x === undefined || x > this.width) continue;
      // Cursors at one place stand side by side, towards the entry, so that each can be seen.
      while (x > CURSOR_W && taken.some((other) => Math.abs(other - x) < CURSOR_W)) x -= CURSOR_W;
      taken.push(x);
      const { name, repeat } = colourOf(number);
      pen.fillStyle = colour(name);
      for (let y = 2; y < BELT_H - 2; y += repeat ? 12 : BELT_H) {
        pen.fillRect(x - CURSOR_W / 2, y, CURSOR_W, repeat ? 8 : BELT_H - 4);
      }
    }
  }
}

function sameEdges(a, b) {
  return a.length === b.length && a.every((read, i) => read.edge === b[i].edge && read.colour === b[i].colour && read.race?.words === b[i].race?.words);
}
