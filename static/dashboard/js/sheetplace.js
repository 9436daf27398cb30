// Where a sheet stands: beside what it is about, inside the area that is left to it, and where it
// covers the least of what is looked at. Pure.

/** px between the sheet and what it is about, and between it and the area's edge. */
const GAP = 12;
export const EDGE = 8;

/**
 * @typedef {{x: number, y: number, w: number, h: number}} Box
 * @typedef {"right"|"left"|"above"|"below"|"leftmost"|"rightmost"} Side of what it is about; the
 *   last two: at the edge of the area
 */

/**
 * @param {Box} anchor what it is about
 * @param {{w: number, h: number}} size of the sheet
 * @param {Box} area in which it may stand
 * @param {Side[]} sides the best first
 * @param {Box[]} others what is better not covered either
 * @returns {{x: number, y: number}} left upper corner: on the first side where it covers nothing,
 *   else where it covers the least of the anchor and then of the others
 */
export function beside(anchor, size, area, sides, others = []) {
  const places = sides.flatMap((side) => candidates(anchor, size, side, area)).map((at) => inside(at, size, area));
  return clearest(places, size, [anchor], others);
}

/**
 * @param {{x: number, y: number}[]} corners the best first
 * @param {{w: number, h: number}} size of what lies over the page
 * @param {Box[]} most what is covered least of all @param {Box[]} others
 * @returns {{x: number, y: number}} the corner from which it covers the least of both
 */
export function clearest(corners, size, most, others) {
  const covers = corners.map((at) => covering({ ...at, ...size }, most, others));
  return corners[covers.reduce((best, cover, i) => (less(cover, covers[best]) ? i : best), 0)];
}

/** @returns {[number, number]} how much of `most` and of the others a box covers, px² */
export function covering(box, most, others) {
  return [most, others].map((all) => all.reduce((sum, one) => sum + covered(one, box), 0));
}

/** Whether less is covered: what counts most first. */
export function less(a, b) {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

/**
 * Where a message may lie over the page, the best first: at the foot of the window, at the foot and
 * at the top of the stage; each in the middle, at the left and at the right of it.
 * @param {{w: number, h: number}} size @param {{w: number, h: number}} view @param {Box} stage
 * @param {number} gap px to the edge
 */
export function messageCorners(size, view, stage, gap) {
  const foot = view.h - gap - size.h;
  const rows = [foot, Math.min(foot, stage.y + stage.h - gap / 2 - size.h), stage.y + gap / 2];
  const columns = [stage.x + (stage.w - size.w) / 2, stage.x + gap, stage.x + stage.w - gap - size.w];
  return rows.flatMap((y) => columns.map((x) => ({ x: Math.round(Math.max(gap, x)), y: Math.round(y) })));
}

/** Beside it is at its height; at the edge of the area also as low or as high as it goes. */
function candidates(anchor, size, side, area) {
  const x = column(anchor, size, side, area);
  if (side === "above") return [{ x, y: anchor.y - GAP - size.h }];
  if (side === "below") return [{ x, y: anchor.y + anchor.h + GAP }];
  if (side === "right" || side === "left") return [{ x, y: anchor.y }];
  return [anchor.y, area.y + area.h, area.y].map((y) => ({ x, y }));
}

function column(anchor, size, side, area) {
  if (side === "right") return anchor.x + anchor.w + GAP;
  if (side === "left") return anchor.x - GAP - size.w;
  if (side === "leftmost") return area.x;
  if (side === "rightmost") return area.x + area.w;
  return anchor.x;
}

function inside({ x, y }, size, area) {
  return {
    x: Math.round(Math.max(area.x + EDGE, Math.min(x, area.x + area.w - EDGE - size.w))),
    y: Math.round(Math.max(area.y + EDGE, Math.min(y, area.y + area.h - EDGE - size.h))),
  };
}

/** How high a sheet may be whose upper edge stands at `y`. */
export function room(y, area) {
  return area.y + area.h - EDGE - y;
}

/**
 * The window without the header and the side panel: what is proved there stays in sight.
 * @param {{w: number, h: number}} view the window
 * @param {Box|null} head
 * @param {Box|null} panel null: there is none beside the stage
 * @param {number} least px of width; where less is left, the panel is covered all the same
 * @returns {Box}
 */
export function free(view, head, panel, least) {
  const y = head ? Math.min(head.y + head.h, view.h / 2) : 0;
  const w = panel && panel.x >= least + 2 * EDGE ? panel.x : view.w;
  return { x: 0, y, w, h: view.h - y };
}

function covered(a, b) {
  const w = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
  return Math.max(0, w) * Math.max(0, h);
}
