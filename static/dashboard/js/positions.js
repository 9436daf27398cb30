// Where a person has dragged nodes to, kept in this browser: they win over where the layout has put
// them (shared.js), in the same px. Kept apart for each stage, which is what is shown: a demonstration
// of a data folder, one with --fresh, or a cluster. Storage may be forbidden: then it lasts as long
// as the page.

// The number goes up where cards get other sizes: then they no longer stand where they were left.
const KEY = "flowviz.positions.3";
/** Positions of so many nodes are kept; those dragged longest ago go first. */
const KEPT_MOST = 500;
/** Of so many stages; those on which nobody dragged for longest go first. */
const STAGES_MOST = 20;

export class OwnPositions {
  /** @param {Storage|null} storage @param {string} stage names what is shown */
  constructor(storage, stage) {
    this.storage = storage;
    this.stage = stage;
    /** @type {Map<string, {x: number, y: number}>} */
    this.points = new Map();
    try {
      for (const [id, x, y] of this.stages().get(stage) ?? []) {
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

  /** What was one node is another one now, `dy` px lower; where that was dragged too it stays. */
  pass(from, to, dy) {
    const was = this.points.get(from);
    if (!was) return;
    this.points.delete(from);
    this.set(to, this.get(to) ?? { x: was.x, y: was.y + dy });
  }

  clear() {
    this.points.clear();
    this.save();
  }

  get any() {
    return this.points.size > 0;
  }

  /** What is kept of each stage, as rows; throws where storage is forbidden or spoilt. */
  stages() {
    return new Map(JSON.parse(this.storage?.getItem(KEY) ?? "[]"));
  }

  save() {
    try {
      const kept = this.others();
      if (this.points.size) kept.set(this.stage, [...this.points].map(([id, { x, y }]) => [id, x, y]));
      while (kept.size > STAGES_MOST) kept.delete(kept.keys().next().value);
      this.storage?.setItem(KEY, JSON.stringify([...kept]));
    } catch {
      // Full or forbidden: the positions last as long as the page.
    }
  }

  others() {
    try {
      const kept = this.stages();
      kept.delete(this.stage);
      return kept;
    } catch {
      return new Map();
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
