// Where a sheet stands: beside what it is about, and never over the edge of the window. Pure.

/** px between the sheet and what it is about, and between it and the window's edge. */
const GAP = 12;
const EDGE = 8;

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @param {Box} anchor what it is about
 * @param {{w: number, h: number}} size of the sheet
 * @param {{w: number, h: number}} view the window
 * @param {string[]} sides "right", "left", "above", "below": the best first
 * @returns {{x: number, y: number}} left upper corner; on the first side where it covers nothing of
 *   the anchor, else where it covers the least
 */
export function beside(anchor, size, view, sides) {
  const places = sides.map((side) => inside(candidate(anchor, size, side), size, view));
  const covers = places.map((place) => covered(anchor, { ...place, ...size }));
  return places[covers.indexOf(Math.min(...covers))];
}

function candidate(anchor, size, side) {
  if (side === "right") return { x: anchor.x + anchor.w + GAP, y: anchor.y };
  if (side === "left") return { x: anchor.x - GAP - size.w, y: anchor.y };
  if (side === "above") return { x: anchor.x, y: anchor.y - GAP - size.h };
  return { x: anchor.x, y: anchor.y + anchor.h + GAP };
}

function inside({ x, y }, size, view) {
  return {
    x: Math.round(Math.max(EDGE, Math.min(x, view.w - EDGE - size.w))),
    y: Math.round(Math.max(EDGE, Math.min(y, view.h - EDGE - size.h))),
  };
}

function covered(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return Math.max(0, w) * Math.max(0, h);
}
