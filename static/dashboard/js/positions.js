// Where one has dragged nodes to, kept in this browser: they win over where nodes stand for
// everyone (shared.js), in the same px. Storage may be forbidden: then it lasts as long as the page.

// The number goes up where cards get other sizes: then they no longer stand where they were left.
const KEY = "flowviz.positions.2";
/** Positions of so many nodes are kept; those dragged longest ago go first. */
const KEPT_MOST = 500;

export class OwnPositions {
  /** @param {Storage|null} storage */
  constructor(storage) {
    this.storage = storage;
    /** @type {Map<string, {x: number, y: number}>} */
    this.points = new Map();
    try {
      for (const [id, x, y] of JSON.parse(storage?.getItem(KEY) ?? "[]")) {
        if (Number.isFinite(x) && Number.isFinite(y)) this.points.set(String(id), { x, y });
      }
    } catch {
      this.points.clear();
    }
  }

  get(id) {
    return this.points.get(id) ?? null;
  }

  set(id, point) {
    this.points.delete(id);
    this.points.set(id, point);
    while (this.points.size > KEPT_MOST) this.points.delete(this.points.keys().next().value);
    this.save();
  }

  clear() {
    this.points.clear();
    this.save();
  }

  get any() {
    return this.points.size > 0;
  }

  save() {
    try {
      const rows = [...this.points].map(([id, { x, y }]) => [id, x, y]);
      this.storage?.setItem(KEY, JSON.stringify(rows));
    } catch {
      // Full or forbidden: the positions last as long as the page.
    }
  }
}

/** The browser's storage, or null where it is forbidden. */
export function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
