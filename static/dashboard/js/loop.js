// One animation loop for all that moves. It stops when nothing does, and while the tab is hidden.

export class Loop {
  /** @param {(now: number) => boolean} step draws; returns whether there is more to come */
  constructor(step) {
    this.step = step;
    this.request = 0;
    this.stopped = false;
  }

  wake() {
    if (this.request || this.stopped || document.visibilityState === "hidden") return;
    this.request = requestAnimationFrame((at) => {
      this.request = 0;
      if (this.step(performance.timeOrigin + at)) this.wake();
    });
  }

  stop() {
    this.stopped = true;
    cancelAnimationFrame(this.request);
    this.request = 0;
  }

  go() {
    this.stopped = false;
    this.wake();
  }
}
