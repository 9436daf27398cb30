// One animation loop for all that moves. It stops when nothing does, and while the tab is hidden.
// While it is held, what must be painted anew (another theme, another size) is painted as it stood.

export class Loop {
  /** @param {(now: number) => boolean} step draws; returns whether there is more to come */
  constructor(step) {
    this.step = step;
    this.request = 0;
    this.heldAt = null;
  }

  wake() {
    if (this.request || document.visibilityState === "hidden") return;
    this.request = requestAnimationFrame((at) => {
      this.request = 0;
      const more = this.step(this.heldAt ?? performance.timeOrigin + at);
      if (more && this.heldAt === null) this.wake();
    });
  }

  /** @param {number} now the instant at which everything stands still */
  hold(now) {
    this.heldAt = now;
  }

  go() {
    this.heldAt = null;
    this.wake();
  }
}
