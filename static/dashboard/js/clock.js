// The server's clock, as far as it can be told from here. Pure: time is passed in.

/** Older hearings are forgotten, so that clocks that drift apart are followed. */
const HEARINGS_KEPT = 60;

/** No frame is so late while the line is open (ms): one that seems to be shows that the clock here
 * was set ahead, and what was heard before counts no more. */
const SET_MS = 5000;

export class ServerClock {
  constructor() {
    /** @type {number[]} how far the server seemed ahead, ms, for the newest frames */
    this.ahead = [];
  }

  /**
   * A frame was sent at `sentAt` (server, ms) and arrived at `here` (this machine, ms). The frame
   * that was the least late tells the difference best.
   */
  heard(sentAt, here) {
    if (this.ahead.length && Math.max(...this.ahead) - (sentAt - here) > SET_MS) this.forget();
    this.ahead.push(sentAt - here);
    if (this.ahead.length > HEARINGS_KEPT) this.ahead.shift();
  }

  /** The server's clock was set, or it is another server. */
  forget() {
    this.ahead = [];
  }

  /** The server's time (ms) when it is `here` on this machine. */
  at(here) {
    return this.ahead.length ? here + Math.max(...this.ahead) : here;
  }

  /** This machine's time (ms) of a server's instant: what a clock on the wall beside it shows. */
  here(serverAt) {
    return this.ahead.length ? serverAt - Math.max(...this.ahead) : serverAt;
  }
}
