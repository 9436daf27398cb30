// Where the world is scrolled, what is offered stands below the stage and not over what is read.

/** px at a projector, above the tray and below it. */
const AROUND = 12;

/**
 * @param {HTMLElement} stage
 * @returns {number} px that are taken from the stage's height now
 */
export function barHeight(stage) {
  return parseFloat(stage.style.marginBottom) || 0;
}

/** Where the tray stands on the stage, px of the screen, also while it stands below it. */
export function trayBox(tray, high, rem) {
  const { offsetWidth: w, offsetHeight: h, offsetLeft: x } = tray;
  return { x, y: high - h - AROUND * rem, w, h };
}

/** @param {boolean} below else the tray stands over a corner of the stage that is empty */
export function standBelow(stage, tray, below, rem) {
  const bar = below ? Math.ceil(tray.offsetHeight + 2 * AROUND * rem) : 0;
  if (!bar && !barHeight(stage)) return;
  stage.style.marginBottom = bar ? `${bar}px` : "";
  tray.style.position = bar ? "fixed" : "";
  // What is fixed keeps to the window: from its lower edge as far as the stage's own end is.
  const end = innerHeight - stage.getBoundingClientRect().bottom;
  tray.style.bottom = bar ? `${end - bar + AROUND * rem}px` : "";
}
