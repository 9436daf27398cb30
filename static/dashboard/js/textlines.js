// Lines of text as they stand on the screen, however the page made them. Pure but for what it reads.

/** px by which lines that stand below each other may touch. */
const TOUCH = 4;

/**
 * @param {HTMLElement} element
 * @param {number} edge px of the screen
 * @returns {number} how many lines of text in it end below the edge; words side by side are one, and
 *   what a box inside it cuts off is none
 */
export function linesBelow(element, edge) {
  return lines(textBoxes(element).filter((box) => box.bottom > edge));
}

/** @param {{top: number, bottom: number}[]} boxes @returns {number} rows of boxes side by side */
export function lines(boxes) {
  let found = 0;
  let end = -Infinity;
  for (const { top, bottom } of [...boxes].sort((a, b) => a.top - b.top)) {
    if (top > end - TOUCH) found += 1;
    end = top > end - TOUCH ? bottom : Math.max(end, bottom);
  }
  return found;
}

function textBoxes(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const boxes = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim()) continue;
    range.selectNodeContents(node);
    // A payload scrolls in a box of its own.
    const until = node.parentElement.closest("pre")?.getBoundingClientRect().bottom ?? Infinity;
    for (const box of range.getClientRects()) if (box.width && box.top < until) boxes.push(box);
  }
  return boxes;
}
