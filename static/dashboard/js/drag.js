// Nodes are dragged by their cards, not by their buttons.

const GRID = 8;
/** A click that trembles is no drag, px. */
const TREMBLE = 4;

/**
 * @param {HTMLElement} holder
 * @param {{scale: () => number, at: (id: string) => {x: number, y: number}|null,
 *   move: (id: string, point: {x: number, y: number}, done: boolean) => void,
 *   allowed: () => boolean}} parts
 */
export function draggable(holder, { scale, at, move, allowed }) {
  let drag = null;

  holder.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".node");
    if (!card || event.button !== 0 || event.target.closest("button, a") || !allowed()) return;
    const from = at(card.dataset.id);
    if (!from) return;
    drag = { card, from, x: event.clientX, y: event.clientY, moved: false };
    // At once: the first move of a quick hand is already beside the card.
    card.setPointerCapture(event.pointerId);
  });

  holder.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const dx = (event.clientX - drag.x) / scale();
    const dy = (event.clientY - drag.y) / scale();
    if (!drag.moved && Math.hypot(dx, dy) < TREMBLE) return;
    if (!drag.moved) {
      drag.moved = true;
      drag.card.classList.add("dragging");
    }
    drag.to = { x: snap(drag.from.x + dx), y: snap(drag.from.y + dy) };
    move(drag.card.dataset.id, drag.to, false);
  });

  // What ends a drag is no click on the card.
  let dragged = false;
  holder.addEventListener("pointerdown", () => {
    dragged = false;
  }, true);
  holder.addEventListener("click", (event) => {
    if (dragged) event.stopImmediatePropagation();
    dragged = false;
  }, true);

  const end = () => {
    if (!drag) return;
    dragged = drag.moved;
    drag.card.classList.remove("dragging");
    if (drag.moved) move(drag.card.dataset.id, drag.to, true);
    drag = null;
  };
  holder.addEventListener("pointerup", end);
  holder.addEventListener("pointercancel", end);
}

function snap(value) {
  return Math.round(value / GRID) * GRID;
}
