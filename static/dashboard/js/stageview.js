// How the world lies on the stage: how large, and where. Pure.

import { bounds, fit } from "./layout.js";

const MARGIN = { x: 24, y: 12 };
/**
 * A small picture grows on a large stage, up to this. A large one is read by scrolling: smaller
 * than this, what is written cannot be read at one's desk.
 */
const MOST_SCALE = 1.3;
const LEAST_SCALE = 0.62;
const SCROLLED_SCALE = 0.8;
/** px of the screen between the sheet and what makes way for it. */
const BESIDE = 16;

/**
 * @typedef {{x: number, y: number, scale: number}} View where the world's own 0 is on the stage
 * @typedef {import("./layout.js").Box} Box
 */

/**
 * In the middle of the stage; at its beginning where it is too large.
 * @param {Box} holds what all of it takes @param {{w: number, h: number}} room px of the screen
 * @param {number} rem how large the page is written: 1 on a projector
 * @returns {View}
 */
export function viewOf(holds, room, rem) {
  const margin = { x: MARGIN.x * rem, y: MARGIN.y * rem };
  const scale = fit(holds, room, { margin, most: MOST_SCALE * rem, least: LEAST_SCALE, scrolled: SCROLLED_SCALE });
  return at(holds, room, margin, scale);
}

function at(holds, room, margin, scale) {
  return {
    x: Math.max(margin.x, (room.w - holds.w * scale) / 2) - holds.x * scale,
    y: Math.max(margin.y, (room.h - holds.h * scale) / 2) - holds.y * scale,
    scale,
  };
}

/**
 * @param {View} view @param {Iterable<Box>} boxes of the world
 * @param {Box} tray what is offered on the stage, px of the screen
 * @returns {boolean} whether a box would stand under it: it takes room only where it must
 */
export function under({ x, y, scale }, boxes, tray) {
  return tray.w > 0 && [...boxes].some((box) =>
    x + box.x * scale < tray.x + tray.w && x + (box.x + box.w) * scale > tray.x
    && y + box.y * scale < tray.y + tray.h && y + (box.y + box.h) * scale > tray.y);
}

/**
 * The view in which a sheet at the left covers nothing of what it is about: all from there on moves
 * right, and becomes smaller where there is no room; what the flow begins with may be covered.
 * @param {View} view @param {Box} holds @param {{w: number, h: number}} room @param {number} rem
 * @param {Box[]} about what is to be seen @param {Box[]} all
 * @param {number} right where the sheet ends, px of the screen
 * @returns {View} the same one where nothing is covered, or where the world is scrolled anyway
 */
export function clearOf(view, holds, room, rem, about, all, right) {
  const margin = { x: MARGIN.x * rem, y: MARGIN.y * rem };
  const from = right + BESIDE * rem;
  const seen = bounds(about);
  const scrolled = holds.w * view.scale > room.w || holds.h * view.scale > room.h;
  if (!about.length || scrolled || view.x + seen.x * view.scale >= from) return view;
  const rest = bounds(all.filter((box) => box.x >= seen.x));
  const fits = (room.w - from - margin.x) / rest.w;
  const scale = Math.max(Math.min(LEAST_SCALE, view.scale), Math.min(view.scale, fits));
  return { ...at(holds, room, margin, scale), x: from - seen.x * scale };
}
